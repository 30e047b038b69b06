/** The eight things a mark on screen can say (ui.md 5.4). Every domain state maps onto one of them. */
export type Tone = 'ok' | 'waiting' | 'working' | 'caution' | 'danger' | 'off' | 'restricted' | 'unknown'
