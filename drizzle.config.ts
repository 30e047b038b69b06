import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'postgresql',
  schema: ['./server/adapter/db/schema.ts', './server/adapter/db/schema-recorder.ts'],
  out: './server/adapter/db/migrations',
  casing: 'snake_case',
})
