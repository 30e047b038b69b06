export async function register(): Promise<void> {
  if (process.env['NEXT_RUNTIME'] === 'nodejs') await (await import('#server/boot.ts')).boot()
}
