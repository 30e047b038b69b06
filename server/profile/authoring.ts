import 'server-only'
import { z } from 'zod'
import { AppError } from '#lib/error.ts'
import { authoringDomains } from '#lib/profile/domain-set.ts'
import { BUILT_IN, templateOfProfile } from '#lib/profile/template.ts'
import type { Authoring } from '#lib/profile/view.ts'
import { profileFacts, profileParty } from '#server/profile/facts.ts'
import { loadDraft } from '#server/profile/repo.ts'
import { query } from '#server/verb.ts'

/** What is needed to begin a profile, and the draft to go on with when one is named. */
export const getAuthoring = query({
  name: 'profile.authoring',
  input: z.object({ draft: z.uuid().optional() }),
  needs: () => ({ signedIn: true }),
  async run(ctx, { draft: id }): Promise<Authoring> {
    const facts = profileFacts(ctx)
    const draft = id === undefined ? undefined : await loadDraft(ctx.db, ctx.viewer.login, id)
    if (id !== undefined && draft === undefined) throw new AppError('not_found', 'There is no such draft of yours.')
    const existing = facts.appProfile.map((profile) => {
      const party = profileParty(profile, facts)
      const { id: template, title, about } = templateOfProfile(profile, facts)
      return { id: template, title, about, domain: 'domain' in party ? party.domain : undefined }
    })
    return {
      domains: authoringDomains(facts),
      templates: [...BUILT_IN.map(({ id: template, title, about }) => ({ id: template, title, about, domain: undefined })), ...existing],
      draft,
    }
  },
})
