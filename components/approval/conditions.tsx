import { CONDITION_LOOK } from '#components/approval/look.ts'
import { nameList } from '#components/approval/permit-words.ts'
import { Panel } from '#components/ui/panel.tsx'
import { StatusMark } from '#components/ui/status-mark.tsx'
import { Visible } from '#components/ui/visible.tsx'
import type { ConditionView } from '#lib/approval/view.ts'

/** What still stands between the request and its decision, and who could meet each; what is met comes after. */
export function Conditions({ conditions }: { readonly conditions: readonly ConditionView[] }) {
  const unmet = conditions.filter((condition) => condition.state !== 'satisfied')
  const met = conditions.filter((condition) => condition.state === 'satisfied')
  return (
    <Panel id="conditions" title="Conditions" about={unmet.length === 0 ? 'all met' : `${unmet.length} unmet, ${met.length} met`}>
      <ul className="flex flex-col gap-1">
        {[...unmet, ...met].map((condition) => (
          <Condition key={condition.id} condition={condition} />
        ))}
      </ul>
    </Panel>
  )
}

function Condition({ condition }: { readonly condition: ConditionView }) {
  const { tone, word } = CONDITION_LOOK[condition.state]
  const open = condition.state !== 'satisfied'
  return (
    <li className={`grid grid-cols-[6.5rem_minmax(0,1fr)] gap-2 ${open ? '' : 'text-muted'}`}>
      <StatusMark tone={tone}>{word}</StatusMark>
      <span className="[overflow-wrap:anywhere]">
        <Visible text={condition.text} />
        {open && (
          <span className="text-muted">
            {' '}
            {condition.who.length === 0 ? 'Nobody can meet it now.' : `${nameList(condition.who)} can meet it.`}
          </span>
        )}
        {condition.children !== undefined && (
          <ul className="mt-1 flex flex-col gap-1">
            {condition.children.map((child) => (
              <Condition key={child.id} condition={child} />
            ))}
          </ul>
        )}
      </span>
    </li>
  )
}
