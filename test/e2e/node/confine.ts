/** The security settings of a container that a process can have. */
import { getuid } from 'node:process';
import type { V1Container } from '@kubernetes/client-node';

/**
 * The command that starts another one without new privileges and without capabilities, as far as the container's
 * settings say so. Its user and its root file system stay: another user could not read what lies here, and the
 * program is not that of an image. Only root has capabilities that could be taken away.
 */
export function confine(
  { securityContext }: Pick<V1Container, 'securityContext'>,
  command: string,
  args: readonly string[],
): { command: string; args: readonly string[] } {
  const settings = [
    ...(securityContext?.allowPrivilegeEscalation === false ? ['--no-new-privs'] : []),
    ...(securityContext?.capabilities?.drop?.includes('ALL') === true && getuid?.() === 0
      ? ['--inh-caps=-all', '--ambient-caps=-all', '--bounding-set=-all']
      : []),
  ];
  return settings.length === 0
    ? { command, args }
    : { command: 'setpriv', args: [...settings, '--', command, ...args] };
}
