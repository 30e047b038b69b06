import type { FaultTarget } from './control.ts'
import type { DnsFault, DnsServer } from './dns/server.ts'
import type { DoorMode, FrontDoor } from './front-door.ts'

const DOOR_MODES: readonly DoorMode[] = ['none', 'down', 'silent', 'slow', 'refuse']
const isDoorMode = (mode: string): mode is DoorMode => DOOR_MODES.some((known) => known === mode)

/** Faults that a door can bring about. */
export const ofDoor = (door: FrontDoor): FaultTarget => ({
  modes: DOOR_MODES,
  mode: door.mode,
  set: (mode, delayMs) => (isDoorMode(mode) ? door.set(mode, delayMs) : undefined),
})

const DNS_MODES: readonly DnsFault[] = ['none', 'silent', 'down', 'stale']
const isDnsMode = (mode: string): mode is DnsFault => DNS_MODES.some((known) => known === mode)

/** UDP has no door: the name server fails by itself. */
export const ofDns = (server: DnsServer): FaultTarget => ({
  modes: DNS_MODES,
  mode: server.fault,
  set: (mode) => (isDnsMode(mode) ? server.setFault(mode) : undefined),
})

/** Adds a lasting fault of the service itself; any other mode ends it. */
export function withLasting(target: FaultTarget, extra: string, turn: (isOn: boolean) => void): FaultTarget {
  let isOn = false
  return {
    modes: [...target.modes, extra],
    mode: () => (isOn ? extra : target.mode()),
    async set(mode, delayMs) {
      isOn = mode === extra
      turn(isOn)
      await target.set(isOn ? 'none' : mode, delayMs)
    },
  }
}

/** Adds faults that happen once and leave the mode as it is. */
export const withOnce = (target: FaultTarget, shots: Readonly<Record<string, () => void>>): FaultTarget => ({
  modes: [...target.modes, ...Object.keys(shots)],
  mode: target.mode,
  set: (mode, delayMs) => (Object.hasOwn(shots, mode) ? shots[mode]?.() : target.set(mode, delayMs)),
})
