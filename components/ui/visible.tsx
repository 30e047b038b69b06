import { textSegments } from '#components/ui/visible-text.ts'

/** Untrusted text, inline, with nothing hidden in it. React escapes the markup, this shows the rest. */
export function Visible({ text }: { readonly text: string }) {
  return textSegments(text).map((segment, index) =>
    segment.kind === 'text' ? (
      segment.text
    ) : (
      <span key={index} className="escape" title="This character would not be seen, or looks like another">
        {segment.text}
      </span>
    ),
  )
}
