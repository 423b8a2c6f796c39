import { type Check, type Finding, pass, type Patient, skip, warn } from '../check.ts';

/** Whether the registry of the profile lets us in: better asked now than when a release is to be published. */
export const LOGIN_CHECK: Check = {
  id: 'registry-login',
  title: 'login to the registry',
  run: checkLogin,
};

async function checkLogin({ registryLogin }: Patient): Promise<Finding> {
  const trial = await registryLogin();
  if (trial === undefined) return skip('no profile names credentials');
  const { host, file, isAsked } = trial;
  if (isAsked) return pass(`${host} takes the credentials of ${file}`);
  return warn(
    `${host} answers everybody: whether it takes the credentials of ${file} shows only when something is written`,
    `docker --config <folder> login ${host}`,
  );
}
