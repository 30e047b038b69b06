/** One event of a stream: its name (`message` where it has none), its text and the id that stands after it. */
export type Frame = { readonly name: string; readonly data: string; readonly id: string | undefined }

/** Longer than anything that the portal sends; what does not end is no stream of ours. */
const WAITING_MAX = 1_000_000

/** Reads the texts of an event stream as they come, cut anywhere (HTML standard, 9.2.6). An event that was cut off is none. */
export function frameReader(): (chunk: string) => readonly Frame[] {
  let waiting = ''
  return (chunk) => {
    waiting += chunk
    const parts = waiting.split('\n\n')
    waiting = parts.pop() ?? ''
    if (waiting.length > WAITING_MAX) throw new Error('the stream sends an event without end')
    return parts.flatMap(frameOf)
  }
}

function frameOf(part: string): readonly Frame[] {
  let name = 'message'
  let id: string | undefined
  const data: string[] = []
  for (const line of part.split('\n')) {
    const [field, ...rest] = line.split(':')
    const value = rest.join(':').replace(/^ /, '')
    if (field === 'event') name = value
    else if (field === 'id') id = value
    else if (field === 'data') data.push(value)
  }
  return data.length === 0 ? [] : [{ name, data: data.join('\n'), id }]
}
