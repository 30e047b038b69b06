/** Sends a form of the sign-in service as the browser itself would, with the token that proves it comes from our page. */
export async function postForm(action: string, fields: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<void> {
  const reply = await fetch('/api/auth/csrf', { ...(signal && { signal }) })
  const body: unknown = await reply.json()
  if (typeof body !== 'object' || body === null || !('csrfToken' in body) || typeof body.csrfToken !== 'string') throw new Error('no token')
  if (signal?.aborted) return
  const form = document.createElement('form')
  form.method = 'post'
  form.action = action
  for (const [name, value] of Object.entries({ ...fields, csrfToken: body.csrfToken })) {
    const input = document.createElement('input')
    input.type = 'hidden'
    input.name = name
    input.value = value
    form.append(input)
  }
  document.body.append(form)
  form.submit()
}
