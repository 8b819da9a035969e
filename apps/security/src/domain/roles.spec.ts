import { Permission } from '@weir/contracts/options';
import { Role } from '@weir/contracts/security';
import { permissionsOf, rolesNotAllowed } from './roles.ts';

const { READ, WRITE, DELETE, ADMIN, PIPELINE, MODEL, QUERY } = Permission;

describe('roles', () => {
  it.each([
    ['a data admin', [Role.DATA_ADMIN], [READ, WRITE, DELETE, ADMIN]],
    ['a data engineer', [Role.DATA_ENGINEER], [READ, WRITE, PIPELINE]],
    ['an ML engineer', [Role.ML_ENGINEER], [READ, WRITE, MODEL]],
    ['a data analyst', [Role.DATA_ANALYST], [READ, QUERY]],
    ['a data viewer', [Role.DATA_VIEWER], [READ]],
    ['a platform administrator', [Role.PLATFORM_ADMIN], [READ, WRITE, DELETE, ADMIN, PIPELINE, MODEL, QUERY]],
    ['a service', [Role.SERVICE], []],
    ['an engineer who analyses', [Role.DATA_ANALYST, Role.DATA_ENGINEER], [READ, WRITE, PIPELINE, QUERY]],
  ])('grant %s what it needs, each once', (_, roles, permissions) => {
    expect(permissionsOf(roles)).toEqual(permissions);
  });

  it('of the platform are not for tenants, nor the reverse, nor both at once', () => {
    expect(rolesNotAllowed('acme', [Role.DATA_VIEWER, Role.SERVICE])).toEqual([Role.SERVICE]);
    expect(rolesNotAllowed('', [Role.DATA_VIEWER])).toEqual([Role.DATA_VIEWER]);
    expect(rolesNotAllowed('', [Role.PLATFORM_ADMIN])).toEqual([]);
    expect(rolesNotAllowed('', [Role.PLATFORM_ADMIN, Role.SERVICE])).toHaveLength(2);
  });
});
