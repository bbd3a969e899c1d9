import { AppError } from '../../../shared/errors'

export const COLLECTION_FILE = 'collection.yaml'
export const FOLDER_FILE = 'folder.yaml'

/** A name that a file of a message can have. Checks (`.test.yaml`) stand beside the messages and are no messages. */
export function isRequestFile(name: string): boolean {
  return (
    /\.ya?ml$/i.test(name) &&
    !/\.(?:test|simulator)\.ya?ml$/i.test(name) &&
    !name.startsWith('.') &&
    name !== COLLECTION_FILE &&
    name !== FOLDER_FILE
  )
}

/** A name that a file of a simulator can have. */
export function isSimulatorFile(name: string): boolean {
  return /\.simulator\.ya?ml$/i.test(name) && !name.startsWith('.')
}

/** How the names of new items end. */
export const EXTENSION = { folder: '', request: '.yaml', simulator: '.simulator.yaml' } as const

/** The parts of an item's name: what it is called, and how the name ends. */
export function partsOf(name: string): [stem: string, extension: string] {
  const [, stem = '', extension = ''] = /^(.*?)((?:\.simulator)?\.ya?ml)?$/i.exec(name) ?? []
  return [stem, extension]
}

/** Whether a path from outside stays within its collection and names no hidden file. */
export function isInside(path: string): boolean {
  return path.split('/').every((step) => step !== '' && !step.startsWith('.') && !/[\\\0:]/.test(step))
}

/** Throws NOT_FOUND for a path that leads out of the collection. */
export function checkPath(path: string): void {
  if (path !== '' && !isInside(path)) throw new AppError('NOT_FOUND', { what: 'file', id: path })
}

export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

export function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

export function join(parent: string, name: string): string {
  return parent === '' ? name : `${parent}/${name}`
}

/** The name that a file without a name of its own is shown with. */
export function nameOfFile(file: string): string {
  return file.replace(/(?:\.simulator)?\.ya?ml$/i, '')
}

/** Names that Windows reserves for devices. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)$/

/** A file name made of a name: its letters and digits, of any script, joined by hyphens. */
export function slugOf(name: string): string {
  const slug = name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_]+/gu, '-')
    .replace(/^-+|-+$/g, '')
  // File systems allow 255 bytes.
  let short = slug
  while (Buffer.byteLength(short) > 120) short = [...short].slice(0, -1).join('')
  if (short === '' || short === 'collection' || short === 'folder' || RESERVED.test(short))
    return `${short || 'message'}-1`
  return short
}

/** The first free name: `lamp.yaml`, `lamp-2.yaml`, and so on. */
export function freeName(slug: string, extension: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const name = `${slug}${number === 1 ? '' : `-${number}`}${extension}`
    if (!taken.has(name.toLowerCase())) return name
  }
}

/** Whether a file's name was made of this name, perhaps with a number. */
export function isMadeOf(file: string, name: string): boolean {
  return nameOfFile(file).replace(/-\d+$/, '') === slugOf(name).replace(/-\d+$/, '')
}
