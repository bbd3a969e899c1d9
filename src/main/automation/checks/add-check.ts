import { Document, isMap, isScalar, isSeq, YAMLSeq, type Node, type YAMLMap } from 'yaml'
import { setKey, textNode, YamlFile } from '../collections/yaml-file'

/** Characters of a map or list that stands in one line. */
const MAX_LINE = 90

/** The text of a new file with one check. */
export function newCheckFile(broker: string, check: Record<string, unknown>): string {
  const file = YamlFile.read('', '')
  setKey(file.root, 'broker', broker, false)
  file.root.set('checks', listOf(check))
  return file.text()
}

/** A check as it stands in the list of its file. */
export function checkText(check: Record<string, unknown>): string {
  const file = YamlFile.read('', '')
  file.root.set('checks', listOf(check))
  return file.text().replace('checks:\n', '').replace(/^ {2}/gm, '')
}

/**
 * The text of a file with a check behind those that it has; comments and style stay. null: its checks are not a list, or the file has a fault.
 */
export function withCheck(text: string, check: Record<string, unknown>): string | null {
  const file = YamlFile.read('', text)
  if (!file.usable) return null
  const found: unknown = file.root.get('checks', true)
  if (isSeq(found) && found.items.length > 0) {
    const node = nodeOf(check)
    const last: unknown = found.items.at(-1)
    if (found.items.length > 1 && isMap(last) && last.spaceBefore) node.spaceBefore = true
    found.flow = false
    found.items.push(node)
  } else if (found === undefined || (isScalar(found) && found.value === null) || isSeq(found))
    file.root.set('checks', listOf(check))
  else return null
  return file.text()
}

/** Names of the checks of a file, as far as they can be read. */
export function checkNamesIn(text: string): string[] {
  const checks = YamlFile.read('', text).root?.get('checks', true)
  if (!isSeq(checks)) return []
  return checks.items.flatMap((item) => {
    const name = isMap(item) ? item.get('name') : null
    return typeof name === 'string' ? [name] : []
  })
}

function listOf(check: Record<string, unknown>): YAMLSeq {
  const list = new YAMLSeq()
  list.items.push(nodeOf(check))
  return list
}

/** The check in a style in which a person would write it: what is short in one line. */
function nodeOf(check: Record<string, unknown>): YAMLMap {
  const document = new Document(check)
  const map = document.contents as unknown as YAMLMap<unknown, Node>
  for (const pair of map.items)
    if (isSeq(pair.value))
      for (const step of pair.value.items as YAMLMap<unknown, Node>[])
        for (const inner of step.items) inner.value = styled(inner.value!)
  return map
}

function styled(node: Node): Node {
  if (isScalar(node)) return typeof node.value === 'string' ? textNode(node.value) : node
  if (!isMap(node) && !isSeq(node)) return node
  const json = JSON.stringify(node)
  if (json.length <= MAX_LINE && !json.includes('\\n')) node.flow = true
  if (isMap(node)) for (const pair of node.items) pair.value = styled(pair.value as Node)
  else node.items = node.items.map((item) => styled(item as Node))
  return node
}
