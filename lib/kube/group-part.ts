/** The core group has no name; in addresses it is called `core`, which no served group can be called: theirs have a dot. */
export const groupPart = (group: string): string => (group === '' ? 'core' : group)
export const groupOfPart = (part: string): string => (part === 'core' ? '' : part)
