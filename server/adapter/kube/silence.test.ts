import { describe, expect, it } from 'vitest'
import { AppError } from '#lib/error.ts'
import { silenceWords } from '#server/adapter/kube/silence.ts'

const wrapped = (cause: unknown): AppError => new AppError('unavailable', 'The Kubernetes API server did not answer.', { cause })

describe('why the API server is silent', () => {
  it.each([
    [
      'a refused connection',
      wrapped(Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:6443'), { code: 'ECONNREFUSED' })),
      'nothing listens at its address',
    ],
    [
      'a deadline that passed',
      wrapped(AbortSignal.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')).reason),
      'it did not answer in time',
    ],
    [
      'a deadline that passed and so cut the connection',
      wrapped(
        new Error('The operation was aborted', { cause: new DOMException('The operation was aborted due to timeout', 'TimeoutError') }),
      ),
      'it did not answer in time',
    ],
    ['a connection that was cut', new Error('aborted'), 'the connection was cut'],
    ['a hang-up', new Error('socket hang up'), 'the connection was cut'],
    ['a foreign certificate', wrapped(new Error('self-signed certificate in certificate chain')), 'its certificate is not trusted'],
    [
      'a page of a proxy',
      wrapped(new SyntaxError('Unexpected token \'<\', "<html>" is not valid JSON')),
      'it sent something that is not an answer of a Kubernetes API server',
    ],
    ['a status that has words already', new AppError('unavailable', 'watching pods answered 403'), 'watching pods answered 403'],
  ])('%s', (_sentence, error, words) => {
    expect(silenceWords(error)).toContain(words)
  })
})
