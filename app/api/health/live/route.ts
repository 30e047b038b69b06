export const GET = (): Response => Response.json({ live: true })
