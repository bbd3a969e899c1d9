import { Braces, Copy, Cpu, FilePlus, FolderPlus, Pencil, Send, Trash2, X } from '@lucide/svelte'
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

/** What a row's menu does. */
interface Doings {
  create: (kind: 'request' | 'simulator' | 'folder') => void
  variables: () => void
  close: () => void
  publish: () => void
  rename: () => void
  duplicate: () => void
  remove: () => void
}

/** The menu of a collection, a folder or a saved message. */
export function treeMenu({ collection, item }: TreeRow, online: boolean, doings: Doings): TreeMenuItem[] {
  const create: TreeMenuItem[] = [
    { label: m.collections_new(), icon: FilePlus, onselect: () => doings.create('request') },
    { label: m.simulators_new(), icon: Cpu, onselect: () => doings.create('simulator') },
    { label: m.collections_new_folder(), icon: FolderPlus, onselect: () => doings.create('folder') }
  ]
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
  return [
    ...(item.kind === 'request' ? [publish] : item.kind === 'folder' ? create : []),
    { label: m.collections_rename_command(), icon: Pencil, separated: true, onselect: doings.rename },
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
