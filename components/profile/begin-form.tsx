'use client'
import { useState } from 'react'
import type { StudioActions } from '#components/profile/actions.ts'
import { Button } from '#components/ui/button.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { SelectField } from '#components/ui/select-field.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import type { Problem } from '#lib/error.ts'
import type { Draft } from '#lib/profile/draft.ts'
import type { Authoring } from '#lib/profile/view.ts'

type Props = {
  readonly authoring: Authoring
  readonly curate: StudioActions['curate']
  readonly replaces: boolean
  readonly onDraft: (draft: Draft, name: string) => void
}

const options = (values: readonly string[]) => values.map((value) => ({ value, label: value }))

/** Name, domain and template: what the built-in curator drafts by. */
export function BeginForm({ authoring, curate, replaces, onDraft }: Props) {
  const [first] = authoring.domains
  const [name, setName] = useState('')
  const [domain, setDomain] = useState(first?.domain ?? '')
  const chosen = authoring.domains.find((one) => one.domain === domain)
  const [identity, setIdentity] = useState('')
  const [namespace, setNamespace] = useState('')
  const [template, setTemplate] = useState(authoring.templates[0]?.id ?? '')
  const [problem, setProblem] = useState<Problem>()
  const [busy, setBusy] = useState(false)

  // What was not chosen follows the domain.
  const identityNow = chosen?.identities.includes(identity) === true ? identity : (chosen?.identities[0] ?? '')
  const namespaceNow = namespace || (chosen?.namespaces[0] ?? '')
  const templates = authoring.templates.filter((one) => one.domain === undefined || one.domain === domain)
  const templateNow = templates.find((one) => one.id === template) ?? templates[0]
  const wrong = (field: string): string | undefined => problem?.fields.find((one) => one.field === field)?.message

  const draft = async (): Promise<void> => {
    setBusy(true)
    const result = await curate({ name, namespace: namespaceNow, identity: identityNow, template: templateNow?.id ?? '' })
    setBusy(false)
    if (result.ok) onDraft(result.value, name.trim())
    setProblem(result.ok ? undefined : result.error)
  }

  return (
    <Panel title="Begin" about="The built-in curator drafts by rules, without a model. Every value stays within the domain’s bounds.">
      <form
        className="grid gap-3 md:grid-cols-2 lg:grid-cols-3"
        onSubmit={(event) => {
          event.preventDefault()
          void draft()
        }}
      >
        <TextField label="Name" name="name" value={name} onText={setName} mono placeholder="fx-gateway" error={wrong('name')} />
        <SelectField
          label="Domain"
          name="domain"
          value={domain}
          onText={setDomain}
          options={options(authoring.domains.map((one) => one.domain))}
        />
        <SelectField
          label="Application identity"
          name="identity"
          value={identityNow}
          onText={setIdentity}
          options={options(chosen?.identities ?? [])}
          hint="The DomainIdentity it traces to. Its policy bounds the draft."
          error={wrong('identity')}
        />
        <TextField label="Namespace" name="namespace" value={namespaceNow} onText={setNamespace} mono error={wrong('namespace')} />
        <SelectField
          label="Template"
          name="template"
          value={templateNow?.id ?? ''}
          onText={setTemplate}
          options={templates.map(({ id, title }) => ({ value: id, label: title }))}
          hint={templateNow?.about}
        />
        <div className="flex flex-wrap items-center gap-2 md:col-span-2 lg:col-span-3">
          <Button
            type="submit"
            kind={replaces ? 'plain' : 'primary'}
            pending={busy}
            blocked={identityNow === '' ? 'No domain with an identity is known.' : undefined}
          >
            {replaces ? 'Draft again' : 'Draft'}
          </Button>
          {replaces && <span className="text-muted">Replaces the text below. Ctrl Z in the editor brings it back.</span>}
          {problem !== undefined && (
            <p role="alert" className="text-danger">
              {problem.message}
            </p>
          )}
        </div>
      </form>
    </Panel>
  )
}
