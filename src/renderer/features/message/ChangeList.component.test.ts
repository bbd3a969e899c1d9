import { expect, it } from 'vitest'
import { render } from 'vitest-browser-svelte'
import ChangeList from './ChangeList.svelte'

it('lists several changes of one path, as JSON with duplicate keys has them', async () => {
  const change = { kind: 'changed' as const, path: '/a', before: '1', after: '2' }
  const screen = await render(ChangeList, { changes: [change, { ...change, after: '3' }], total: 2 })
  expect(screen.getByRole('cell', { name: '/a' }).elements()).toHaveLength(2)
  await expect.element(screen.getByRole('cell', { name: '3' })).toBeVisible()
})
