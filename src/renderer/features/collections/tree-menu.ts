import {
  Braces,
  Copy,
  Cpu,
  FileCode,
  FilePlus,
  FolderPlus,
  ListChecks,
  Pencil,
  Send,
  Trash2,
  X
} from '@lucide/svelte'
import type { Component } from 'svelte'
import { m } from '../../paraglide/messages'
import type { TreeRow } from './tree-rows'

/** An entry of a `Menu`. */
interface TreeMenuItem {
  label: string
  icon: Component<{ size?: number }>
  danger?: boolean
  disabled?: boolean
  separated?: boolean
  onselect: () => void
}

/** What can be made: a message, a simulator, a folder, or a script for one of its two uses. */
export type NewItem = 'request' | 'simulator' | 'folder' | 'publish' | 'message'

export function newLabel(kind: NewItem): string {
  switch (kind) {
    case 'request':
      return m.collections_new()
    case 'simulator':
      return m.simulators_new()
    case 'folder':
      return m.collections_new_folder()
    case 'publish':
      return m.scripts_new_publish()
    case 'message':
      return m.scripts_new_message()
  }
}

/** What can be made in a folder. */
export function newItems(create: (kind: NewItem) => void): TreeMenuItem[] {
  return [
    { label: newLabel('request'), icon: FilePlus, onselect: () => create('request') },
    { label: newLabel('simulator'), icon: Cpu, onselect: () => create('simulator') },
    { label: newLabel('publish'), icon: FileCode, onselect: () => create('publish') },
    { label: newLabel('message'), icon: FileCode, onselect: () => create('message') },
    { label: newLabel('folder'), icon: FolderPlus, onselect: () => create('folder') }
  ]
}

/** What a row's menu does. */
interface Doings {
  create: (kind: NewItem) => void
  variables: () => void
  close: () => void
  publish: () => void
  /** Makes a check that publishes a message and expects it. */
  expect: () => void
  rename: () => void
  duplicate: () => void
  remove: () => void
}

/** The menu of a collection, a folder or a saved message. */
export function treeMenu({ collection, item }: TreeRow, online: boolean, doings: Doings): TreeMenuItem[] {
  const create = newItems(doings.create)
  if (!item) {
    const close = { label: m.collections_close(), icon: X, separated: true, onselect: doings.close }
    return [
      ...create,
      { label: m.collections_variables(), icon: Braces, onselect: doings.variables },
      ...(collection.isDefault ? [] : [close])
    ]
  }
  const publish = {
    label: m.collections_publish(),
    icon: Send,
    disabled: !online || item.faults.some(({ warning }) => !warning),
    onselect: doings.publish
  }
  const expect = {
    label: m.checks_make_request(),
    icon: ListChecks,
    disabled: item.faults.some(({ warning }) => !warning),
    onselect: doings.expect
  }
  return [
    ...{ request: [publish, expect], folder: create, simulator: [], script: [] }[item.kind],
    {
      label: m.collections_rename_command(),
      icon: Pencil,
      separated: item.kind === 'request' || item.kind === 'folder',
      onselect: doings.rename
    },
    { label: m.collections_duplicate(), icon: Copy, onselect: doings.duplicate },
    {
      label: m.collections_remove(),
      icon: Trash2,
      danger: true,
      separated: true,
      onselect: doings.remove
    }
  ]
}
