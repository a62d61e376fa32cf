// An OpenID provider on loopback: anybody who is named logs in, without a password.
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";

const [folder, port, desk] = process.argv.slice(2);
const { default: Provider } = await import(pathToFileURL(`${folder}/node_modules/oidc-provider/lib/index.js`));
const issuer = `http://127.0.0.1:${port}`;
const claims = (sub) => ({
  sub, preferred_username: sub, name: `${sub} of the provider`, email: `${sub}@shop.example`,
  email_verified: sub !== "mallory", groups: sub === "eve" ? [] : ["support"],
});
const provider = new Provider(issuer, {
  clients: [{
    client_id: "touchline", client_secret: "a secret of the desk", grant_types: ["authorization_code"],
    redirect_uris: [`${desk}/login/oidc/callback`], post_logout_redirect_uris: [`${desk}/login`],
  }],
  claims: { openid: ["sub"], profile: ["name", "preferred_username", "groups"], email: ["email", "email_verified"] },
  features: { devInteractions: { enabled: false } },
  pkce: { required: () => true },
  interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_context, sub) => ({ accountId: sub, claims: () => claims(sub) }),
  async loadExistingGrant(context) {
    const grant = new context.oidc.provider.Grant({ clientId: context.oidc.client.clientId, accountId: context.oidc.session.accountId });
    grant.addOIDCScope("openid profile email");
    await grant.save();
    return grant;
  },
});
const answer = provider.callback();
createServer(async (request, response) => {
  const url = new URL(request.url, issuer);
  if (!url.pathname.startsWith("/interaction/")) return answer(request, response);
  const who = url.searchParams.get("as");
  if (!who) return response.end("Who are you?");
  const result = who === "nobody" ? { error: "access_denied" } : { login: { accountId: who } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}).listen(Number(port), "127.0.0.1", () => console.log("ready"));
