/** First tab stop of each page. */
export function SkipLink() {
  return (
    <a
      href="#content"
      className="fixed start-2 top-1 z-50 -translate-y-12 rounded-control border border-line-strong bg-raised px-3 py-1 focus:translate-y-0"
    >
      Skip to the content
    </a>
  )
}
