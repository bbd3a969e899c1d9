import type { CallsOf } from '../../../shared/contract'
import type { CheckPreview, NewCheck } from '../../../shared/contract/new-checks'
import { AppError } from '../../../shared/errors'
import type { CollectionFolder } from '../collections/collection-folder'
import { baseOf, parentOf, slugOf } from '../collections/item-path'
import { readText } from '../collections/read-text'
import { MAX_FILE_BYTES } from '../collections/yaml-file'
import { checkNamesIn, checkText, newCheckFile, withCheck } from './add-check'
import { parseCheckFile } from './check-file'
import { isCheckFile } from './find-files'
import { hideSecrets } from './hide-secrets'
import { messageSubject } from './message-subject'
import { requestSubject } from './request-subject'
import { BadFile } from './sentences'
import type { Subject } from './subject'
import { writtenCheck } from './written-check'

interface Around {
  /** Of the open collections. */
  folders(): CollectionFolder[]
  /** Works with a collection while nobody else changes it. Throws NOT_FOUND. */
  change<T>(collection: string, work: (folder: CollectionFolder) => Promise<T>): Promise<T>
  environment(): string | null
  /** Values that no file may have, of the folders of all open collections. */
  hidden(): { folder: string; environment: string | null; name: string; value: string }[]
}

/** What a check becomes. */
interface Made {
  path: string
  check: Record<string, unknown>
  /** The text of the file that it is in. */
  text: string
  preview: Omit<CheckPreview, 'path' | 'text'>
}

/** Makes checks of messages that were seen, published or saved, and writes them into files of the open collections. */
export class NewChecks {
  constructor(private readonly around: Around) {}

  calls(): Pick<CallsOf<'main', 'checks'>, 'checks.preview' | 'checks.create'> {
    return {
      'checks.preview': async (wanted) => {
        const { collection: id } = wanted
        const folder = this.around.folders().find((each) => each.id === id)
        if (!folder) throw new AppError('NOT_FOUND', { what: 'collection', id })
        const { path, check, text, preview } = await this.make(folder, wanted)
        return { path, text: wanted.file === null ? text : checkText(check), ...preview }
      },
      'checks.create': (wanted) =>
        this.around.change(wanted.collection, async (folder) => {
          const { path, text } = await this.make(folder, wanted)
          await folder.writeText(path, text)
          return { path }
        })
    }
  }

  private async make(folder: CollectionFolder, wanted: NewCheck): Promise<Made> {
    const { source, file } = wanted
    const parent = file !== null ? parentOf(file) : source.kind === 'request' ? parentOf(source.path) : ''
    const path = file ?? (await folder.freePath(parent, slugOf(wanted.name), '.test.yaml'))
    const subject = this.subjectOf(folder, wanted, parent)
    const publishes = wanted.publishes || source.kind === 'request'
    const offers = [...subject.payload.keys()]
    const chosen = offers.find((offer) => offer === wanted.match.payload) ?? offers[0]!
    const hidden = this.hiddenFor(folder)
    const { name: _name, ...rest } = writtenCheck(
      subject,
      { ...wanted, publishes },
      subject.payload.get(chosen)!
    )
    // No variable can stand in a name.
    hideSecrets({ [wanted.name]: null }, hidden)
    const check = { name: wanted.name, ...hideSecrets(rest, hidden) }
    const text = file === null ? newCheckFile(wanted.broker, check) : await this.appended(folder, file, check)
    mustBeReadable(path, text)
    const { notes, properties } = subject
    const hasProperties = Object.keys(properties).length > 0
    return { path, check, text, preview: { offers, hasProperties, notes } }
  }

  /** Throws NOT_FOUND. */
  private subjectOf(
    folder: CollectionFolder,
    { source, publishes, file }: NewCheck,
    parent: string
  ): Subject {
    if (source.kind === 'message') return messageSubject(source.message, publishes)
    const { request } = folder.item(source.path)
    const below = parent === '' ? '' : `${parent}/`
    // A check finds messages in its own folder and below.
    if (!request || !source.path.startsWith(below))
      throw new AppError('NOT_FOUND', { what: 'message', id: file ?? source.path })
    return requestSubject(request, source.path.slice(below.length))
  }

  private hiddenFor({ directory }: CollectionFolder): { value: string; variable: string | null }[] {
    const environment = this.around.environment()
    return this.around.hidden().map(({ folder, environment: of, name, value }) => ({
      value,
      variable: folder === directory && (of === null || of === environment) ? name : null
    }))
  }

  /** Throws NOT_FOUND and INVALID_INPUT. */
  private async appended(
    folder: CollectionFolder,
    path: string,
    check: Record<string, unknown>
  ): Promise<string> {
    if (!isCheckFile(baseOf(path))) throw new AppError('NOT_FOUND', { what: 'file', id: path })
    const read = await readText(await folder.full(path), MAX_FILE_BYTES)
    if ('text' in read && read.text === null) throw new AppError('NOT_FOUND', { what: 'file', id: path })
    const before = 'text' in read ? read.text! : null
    const text = before === null || !isReadable(path, before) ? null : withCheck(before, check)
    if (text === null) throw new AppError('INVALID_INPUT', { issues: [{ path, fault: 'FILE_FAULTY' }] })
    if (checkNamesIn(before!).includes(String(check['name'])))
      throw new AppError('INVALID_INPUT', { issues: [{ path: 'name', fault: 'CHECK_NAME_TAKEN' }] })
    return text
  }
}

function isReadable(path: string, text: string): boolean {
  try {
    return parseCheckFile(path, path, text).checks.length > 0
  } catch (error) {
    if (error instanceof BadFile) return false
    throw error
  }
}

/** Throws INVALID_INPUT for a text that a run could not read: what it expects is too much. */
function mustBeReadable(path: string, text: string): void {
  if (Buffer.byteLength(text) > MAX_FILE_BYTES || !isReadable(path, text))
    throw new AppError('INVALID_INPUT', { issues: [{ path: 'match', fault: 'CHECK_TOO_LARGE' }] })
}
