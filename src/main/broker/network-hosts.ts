import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os'

/** Interfaces of containers, virtual machines and tunnels, which devices in the local network do not reach. */
const VIRTUAL =
  /^(docker|br-|veth|virbr|vmnet|vboxnet|vethernet|utun|tun|tap|wg|tailscale|zt|lxc|podman|cni|flannel)/i

/** The IPv4 addresses under which other computers reach this one, the likeliest first. */
export function networkHosts(
  interfaces: NodeJS.Dict<
    Pick<NetworkInterfaceInfo, 'address' | 'family' | 'internal'>[]
  > = networkInterfaces()
): string[] {
  const found = Object.entries(interfaces).flatMap(([name, addresses = []]) =>
    addresses
      // An address of 169.254 means that nobody gave one (RFC 3927).
      .filter(
        ({ address, family, internal }) => !internal && family === 'IPv4' && !address.startsWith('169.254.')
      )
      .map(({ address }) => ({ address, isVirtual: VIRTUAL.test(name) }))
  )
  return [...found.filter(({ isVirtual }) => !isVirtual), ...found.filter(({ isVirtual }) => isVirtual)].map(
    ({ address }) => address
  )
}
