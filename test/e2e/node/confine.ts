/** The security settings of a container that a process can have. */
import { getuid } from 'node:process';
import type { V1Container } from '@kubernetes/client-node';

/** How a command is started as its container says; as another user, if one is named. */
export type Confined = (
  command: string,
  args: readonly string[],
  user?: string,
) => { command: string; args: readonly string[] };

/**
 * The command that starts another one without new privileges and without capabilities, as far as the container's
 * settings say so. Its root file system stays, and its user if none is named: another user could not read what lies
 * here, and the program is not that of an image. Only root has capabilities that could be taken away.
 */
export function confine(
  { securityContext }: Pick<V1Container, 'securityContext'>,
  command: string,
  args: readonly string[],
  user?: string,
): ReturnType<Confined> {
  const settings = [
    ...(user === undefined ? [] : [`--reuid=${user}`, `--regid=${user}`, '--init-groups']),
    ...(securityContext?.allowPrivilegeEscalation === false ? ['--no-new-privs'] : []),
    ...(securityContext?.capabilities?.drop?.includes('ALL') === true && getuid?.() === 0
      ? ['--inh-caps=-all', '--ambient-caps=-all', '--bounding-set=-all']
      : []),
  ];
  return settings.length === 0
    ? { command, args }
    : { command: 'setpriv', args: [...settings, '--', command, ...args] };
}
