import type { DirectoryPerson } from './person.ts'

const escape = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: Canvas; color: CanvasText; }
main { width: min(30rem, calc(100vw - 2rem)); padding: 2rem 0; }
h1 { font-size: 1.25rem; margin: 0 0 .25rem; }
p { margin: 0 0 1.25rem; opacity: .8; }
ul { list-style: none; margin: 0; padding: 0; display: grid; gap: .5rem; }
li { display: grid; grid-template-columns: 12rem 1fr; gap: 1rem; align-items: center; }
button { font: inherit; text-align: start; padding: .5rem .75rem; border: 1px solid color-mix(in srgb, CanvasText 30%, Canvas);
  border-radius: 6px; background: color-mix(in srgb, CanvasText 5%, Canvas); color: inherit; cursor: pointer; }
button:hover { border-color: CanvasText; }
:focus-visible { outline: 2px solid Highlight; outline-offset: 2px; }`

const page = (title: string, content: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title>` +
  `<style>${STYLE}</style></head><body><main><h1>${escape(title)}</h1>${content}</main></body></html>`

/** Who are you? One button per person, named by login, the role beside it. */
export function chooserPage(uid: string, people: readonly DirectoryPerson[]): string {
  const rows = people.map((person, at) => {
    const role = `role-${at}`
    return `<li><button name="login" value="${escape(person.login)}" aria-describedby="${role}">${escape(person.login)}</button><span id="${role}">${escape(person.role)}</span></li>`
  })
  return page(
    'Sign in as',
    `<p>The people of the demo world. No password: this provider listens on this machine only.</p><form method="post" action="/interaction/${escape(uid)}"><ul>${rows.join('')}</ul></form>`,
  )
}

export const noticePage = (title: string, words: string): string => page(title, `<p>${escape(words)}</p>`)

/** Signing out was asked for in the portal, so the provider's own question answers itself; without scripts it stays a button. */
export function leavingPage(form: string): string {
  const answered = form.replace('</form>', '<input type="hidden" name="logout" value="yes"><button>Sign out</button></form>')
  return page('Signing out', `${answered}<script>document.forms[0].submit()</script>`)
}
