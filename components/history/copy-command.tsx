'use client'
import { useAnnounce } from '#components/ui/announce.tsx'
import { Button } from '#components/ui/button.tsx'

/** Puts the command that reads the same object into the clipboard. */
export function CopyCommand({ command }: { readonly command: string }) {
  const announce = useAnnounce()
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(command)
      announce('Copied the kubectl command.', 'ok')
    } catch {
      announce(`The browser did not allow copying. The command is ${command}`, 'caution')
    }
  }
  return (
    <Button title={command} onClick={() => void copy()}>
      Copy kubectl command
    </Button>
  )
}
