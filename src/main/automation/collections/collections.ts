import { mkdir } from 'node:fs/promises'
import { isAbsolute, join, resolve } from 'node:path'
import { z } from 'zod'
import type { CallsOf } from '../../../shared/contract'
import type { CollectionList } from '../../../shared/contract/collections'
import type { PlainSecrets } from '../../../shared/contract/transport'
import { AppError } from '../../../shared/errors'
import { InTurn } from '../../../shared/in-turn'
import { JsonFile } from '../../profiles/json-file'
import type { SecretBox } from '../../profiles/secrets'
import { absoluteFolder } from './absolute-folder'
import { Captures } from './captures'
import { CollectionFolder } from './collection-folder'
import { describe, nameOf } from './describe'
import { FolderWatch } from './folder-watch'
import { idOf } from './item-path'
import { ProfileVariables } from './profile-variables'
import { removalCalls } from './removal-calls'
import { SavedMessages, type Outlet } from './saved-messages'
import { VariableSecrets } from './secrets'
import { storedVariable } from './settings-file'
import { Trash } from './trash'
import { Variables, type SecretValue } from './variables'

const Stored = z.object({ directories: z.array(z.string()), environment: z.string().nullable() })

interface Parts extends Outlet {
  dataDirectory: string
  /** Encrypts secrets; null: they cannot be stored. */
  box: SecretBox | null
  env: Readonly<Record<string, string | undefined>>
  /** Throws NOT_FOUND. */
  profileSecrets: (profileId: string | null) => PlainSecrets
  /** Desktop: asks for a folder. */
  chooseFolder: (() => Promise<string | null>) | null
  changed: (list: CollectionList) => void
  /** A folder that the user chose is open. */
  opened: (id: string) => void
  failed: (error: unknown) => void
  /** Files or variables may have changed. */
  scriptsChanged: () => void
}

interface Open {
  folder: CollectionFolder
  watch: FolderWatch
}

/** Id of the collection in the data directory. */
const DEFAULT_ID = 'default'

/** The open collections of saved messages, and the active environment. */
export class Collections {
  private readonly open = new Map<string, Open>()
  private environment: string | null = null
  private readonly file: JsonFile
  private readonly trash: Trash
  private readonly secrets: VariableSecrets
  private readonly variables: Variables
  private readonly captures = new Captures()
  /** Makes and sends the messages. */
  readonly messages: SavedMessages
  readonly profiles: ProfileVariables
  private readonly changes = new InTurn()
  /** Called when any file of an open collection may have changed, or which are open. */
  filesChanged = (): void => undefined

  constructor(private readonly parts: Parts) {
    const { dataDirectory, box, env } = parts
    this.file = new JsonFile(join(dataDirectory, 'collections.json'))
    this.trash = new Trash(join(dataDirectory, 'collections-removed'))
    this.secrets = new VariableSecrets(dataDirectory, box)
    this.variables = new Variables(this.secrets, env, this.captures)
    this.messages = new SavedMessages(this.variables, {
      ...parts,
      folder: (id) => this.of(id).folder,
      environment: () => this.environment,
      captured: (collection, values) => {
        this.captures.put(collection, values, Date.now())
        this.tell()
      }
    })
    this.profiles = new ProfileVariables(this.variables, {
      memory: this.messages.memory,
      folder: () => this.changes.run(() => this.of(DEFAULT_ID).folder),
      environment: () => this.environment,
      secretsOf: parts.profileSecrets
    })
  }

  /** Opens the default collection and those that were open. Reading their files is not waited for. */
  async load(): Promise<void> {
    const stored = Stored.safeParse(await this.file.read())
    const { directories, environment } = stored.data ?? { directories: [], environment: null }
    this.environment = environment
    await this.secrets.load()
    const own = join(this.parts.dataDirectory, 'collections')
    await mkdir(own, { recursive: true, mode: 0o700 })
    this.add(own, DEFAULT_ID)
    for (const directory of directories) this.add(directory, idOf(directory))
    void this.changes.run(async () => {
      await this.trash.load().catch(this.parts.failed)
      for (const { folder } of this.open.values()) await this.reread(folder)
    })
  }

  list(): CollectionList {
    return {
      collections: [...this.open.values()].map(({ folder }) =>
        describe(folder, this.variables, this.captures)
      ),
      environment: this.environment
    }
  }

  /** The folders of the open collections. */
  places(): { id: string; name: string; directory: string }[] {
    return [...this.open.values()].map(({ folder }) => {
      const { id, directory } = folder
      return { id, directory, name: nameOf(folder) }
    })
  }

  /** Name of the active environment. */
  get activeEnvironment(): string | null {
    return this.environment
  }

  /** Values of the keyring that belong to variables of the open collections. */
  secretValues(): SecretValue[] {
    return [...this.open.values()].flatMap(({ folder }) => this.variables.secretsOf(folder))
  }

  /** The path of a file on the disk. Throws NOT_FOUND. */
  async fileAt(collection: string, path: string): Promise<string> {
    return this.of(collection).folder.full(path)
  }

  calls(): CallsOf<'main', 'collections' | 'profileVariables'> {
    const change: Collections['change'] = (id, work) => this.change(id, work)
    const asPath = async (path: Promise<string>) => ({ path: await path })
    return {
      'collections.list': () => this.changes.run(() => this.list()),
      'collections.open': ({ directory }) => this.openFolder(directory),
      'collections.close': ({ collection }) => this.close(collection),
      'collections.request': ({ collection, path }) => this.of(collection).folder.item(path).request,
      'collections.create': ({ collection, parent, name, request }) =>
        change(collection, (folder) => asPath(folder.create(parent, name, request))),
      'collections.save': ({ collection, path, request }) =>
        change(collection, (folder) => folder.save(path, request)),
      'collections.simulator': ({ collection, path }) => this.of(collection).folder.item(path).simulator,
      'collections.createSimulator': ({ collection, parent, name, simulator }) =>
        change(collection, (folder) => asPath(folder.createSimulator(parent, name, simulator))),
      'collections.saveSimulator': ({ collection, path, simulator }) =>
        change(collection, (folder) => folder.saveSimulator(path, simulator)),
      'collections.createFolder': ({ collection, parent, name }) =>
        change(collection, (folder) => asPath(folder.createFolder(parent, name))),
      'collections.rename': ({ collection, path, name }) =>
        change(collection, (folder) => asPath(folder.rename(path, name))),
      'collections.duplicate': ({ collection, path, name }) =>
        change(collection, (folder) => asPath(folder.duplicate(path, name))),
      'collections.move': ({ collection, path, parent, before }) =>
        change(collection, (folder) => asPath(folder.move(path, parent, before))),
      ...removalCalls(this.trash, change),
      ...this.messages.calls(),
      ...this.profiles.calls(),
      'collections.forgetCaptured': ({ collection }) => {
        this.captures.forget(collection)
        this.tell()
      },
      'collections.setEnvironment': ({ name }) => this.setEnvironment(name),
      'collections.setVariables': ({ collection, name, variables, environments }) =>
        change(collection, (folder) =>
          folder.setSettings({
            name,
            variables: variables.map(storedVariable),
            environments: environments.map((each) => ({
              name: each.name,
              variables: each.variables.map(storedVariable)
            }))
          })
        ),
      'collections.setSecret': ({ collection, environment, name, value }) =>
        this.changes.run(async () => {
          this.of(collection)
          await this.secrets.set(collection, environment, name, value)
          this.tell()
        })
    }
  }

  /** Stops watching, and resolves when all changes are in their files. */
  async stop(): Promise<void> {
    await this.changes.idle()
    for (const { watch } of this.open.values()) watch.close()
    this.open.clear()
    await this.file.written()
    await this.secrets.written()
  }

  /** Changes files of a collection, one change after the other. */
  change<T>(id: string, work: (folder: CollectionFolder) => Promise<T>): Promise<T> {
    return this.changes.run(async () => {
      const { folder } = this.of(id)
      try {
        return await work(folder)
      } finally {
        await this.reread(folder)
      }
    })
  }

  folders(): CollectionFolder[] {
    return [...this.open.values()].map(({ folder }) => folder)
  }

  private async openFolder(named: string | null): Promise<{ id: string } | null> {
    const { chooseFolder, failed, opened } = this.parts
    if (chooseFolder) {
      chooseFolder()
        .then(async (chosen) => chosen !== null && opened((await this.openPath(chosen)).id))
        .catch(failed)
      return null
    }
    return this.openPath(named ?? '')
  }

  private openPath(directory: string): Promise<{ id: string }> {
    return this.changes.run(async () => {
      const found = [...this.open.values()].find(({ folder }) => folder.directory === resolve(directory))
      if (found && isAbsolute(directory)) return { id: found.folder.id }
      const path = await absoluteFolder(directory)
      const { folder } = this.add(path, idOf(path))
      await this.reread(folder)
      await this.keep()
      this.tell()
      return { id: folder.id }
    })
  }

  private close(id: string): Promise<void> {
    return this.changes.run(async () => {
      const { folder, watch } = this.of(id)
      if (folder.isDefault) return
      watch.close()
      this.open.delete(id)
      await this.keep()
      this.tell()
      this.filesChanged()
    })
  }

  private setEnvironment(name: string | null): Promise<void> {
    return this.changes.run(async () => {
      this.environment = name
      await this.keep()
      this.tell()
    })
  }

  private add(directory: string, id: string): Open {
    const folder = new CollectionFolder(id, directory, id === DEFAULT_ID)
    const watch = new FolderWatch(directory, () => void this.changes.run(() => this.reread(folder)))
    const open = { folder, watch }
    this.open.set(id, open)
    return open
  }

  private async reread(folder: CollectionFolder): Promise<void> {
    const changed = await folder.read()
    const open = this.open.get(folder.id)
    if (!open) return
    const { directory, content } = folder
    const folders = content.items
      .filter(({ kind }) => kind === 'folder')
      .map(({ path }) => join(directory, path))
    open.watch.follow([directory, ...folders])
    if (changed) this.tell()
    this.filesChanged()
  }

  private tell(): void {
    this.parts.changed(this.list())
    this.parts.scriptsChanged()
  }

  private async keep(): Promise<void> {
    const directories = [...this.open.values()]
      .filter(({ folder }) => !folder.isDefault)
      .map(({ folder }) => folder.directory)
    await this.file.write({ directories, environment: this.environment } satisfies z.infer<typeof Stored>)
  }

  /** Throws NOT_FOUND. */
  private of(id: string): Open {
    const open = this.open.get(id)
    if (!open) throw new AppError('NOT_FOUND', { what: 'collection', id })
    return open
  }
}
