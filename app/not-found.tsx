import { Empty } from '#components/ui/empty.tsx'
import { routes } from '#lib/routes.ts'

export default function NotFound() {
  return (
    <main className="p-4">
      <h1 className="text-title">Not found</h1>
      <div className="-ms-3">
        <Empty
          title="There is nothing at this address, or you may not know of it."
          href={routes.approvals()}
          action="Go to the approvals"
        />
      </div>
    </main>
  )
}
