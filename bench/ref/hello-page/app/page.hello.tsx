/** Rendered per request, as every page is that depends on who asks. */
export const dynamic = 'force-dynamic'

export default function Page() {
  return <h1>Hello</h1>
}
