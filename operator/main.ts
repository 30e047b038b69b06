import { startOperator } from '#operator/operator.ts'
import { readSettings } from '#operator/settings.ts'
import { causeText, log } from '#server/log.ts'

/** EX_CONFIG of sysexits: a supervisor need not try again. */
const BAD_SETTINGS = 78

function settingsOrExit() {
  try {
    return readSettings(process.env)
  } catch (error) {
    log.error('operator.bad-settings', { error: causeText(error) })
    return process.exit(BAD_SETTINGS)
  }
}

const operator = await startOperator(settingsOrExit())
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void operator.stop().then(() => process.exit(0)))
