'use client'
import { useState } from 'react'
import { useAnnounce } from '#components/ui/announce.tsx'
import { Button } from '#components/ui/button.tsx'
import { CheckField } from '#components/ui/check-field.tsx'
import { SelectField } from '#components/ui/select-field.tsx'
import { TextArea } from '#components/ui/text-area.tsx'
import { TextField } from '#components/ui/text-field.tsx'

/** Fields, filled, wrong and counted. */
export function SpecimenFields() {
  const [name, setName] = useState('pgw production')
  const [why, setWhy] = useState('Too short')
  const [domain, setDomain] = useState('')
  const [kept, setKept] = useState(true)
  const announce = useAnnounce()
  return (
    <div className="flex flex-col gap-2">
      <TextField mono label="Name" name="name" value={name} onText={setName} error="A name has no spaces. Write pgw-production." />
      <TextArea label="Why" name="why" value={why} onText={setWhy} min={10} max={2000} hint="Stored with the decision." />
      <SelectField
        label="Domain"
        name="domain"
        value={domain}
        onText={setDomain}
        options={[
          { value: '', label: 'All' },
          { value: 'trading', label: 'trading' },
        ]}
      />
      <CheckField label="Show kept fields" checked={kept} onChecked={setKept} />
      <Button onClick={() => announce('Said politely.')}>Say something</Button>
    </div>
  )
}
