/** Frozen: the plainest table of a thousand rows, rendered per request. */
export const dynamic = 'force-dynamic'

const rows = Array.from({ length: 1_000 }, (_, at) => ({
  name: `pack-${String(at).padStart(6, '0')}`,
  namespace: `cluster-${String(at).padStart(4, '0')}`,
  health: 'Good',
  created: '2026-01-01T00:00:00Z',
}))

export default function Page() {
  return (
    <table>
      <tbody>
        {rows.map(({ name, namespace, health, created }) => (
          <tr key={name}>
            <td>
              <a href={`/objects/${namespace}/${name}`}>{name}</a>
            </td>
            <td>{namespace}</td>
            <td>{health}</td>
            <td>
              <time dateTime={created}>{created}</time>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
