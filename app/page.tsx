import { redirect } from 'next/navigation'
import { routes } from '#lib/routes.ts'

/** The inbox is the home: what waits for a person comes first. */
export default function Home() {
  redirect(routes.approvals())
}
