/** Frozen: a page that holds 100,000 names and, on every key, filters them in a plain loop and writes the first 50 into a table. */
export const FILTER_PAGE = `<!doctype html><title>Filter</title><input type="search"><table><tbody></tbody></table><script>
const names = Array.from({ length: 100000 }, (_, at) => 'pack-' + String(at).padStart(6, '0'))
const body = document.querySelector('tbody')
document.querySelector('input').addEventListener('input', ({ target }) => {
  const found = []
  for (const name of names) if (name.includes(target.value)) found.push(name)
  body.replaceChildren(...found.slice(0, 50).map((name) => {
    const row = document.createElement('tr')
    row.append(document.createElement('td'))
    row.firstChild.textContent = name
    return row
  }))
})
</script>`
