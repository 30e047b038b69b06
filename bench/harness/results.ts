import type { Figure } from './figure.ts'

/** A figure with the file of its folder that measured it. */
export type Recorded = Figure & { readonly file: string }

/**
 * What a folder's results are after some of its files ran, in the order of `files`, which are all that there are: a file that
 * ran gives all its figures anew, one that did not keeps those it had, one that is no more loses them.
 */
export function merged(
  files: readonly string[],
  earlier: readonly Recorded[],
  ran: ReadonlyMap<string, readonly Figure[]>,
): readonly Recorded[] {
  return files.flatMap((file) => ran.get(file)?.map((figure) => ({ file, ...figure })) ?? earlier.filter((figure) => figure.file === file))
}
