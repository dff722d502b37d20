//! The code that a device shows and its person types at the gateway: for computers whose connection to it cannot be seen,
//! for several computers, and for doubtful moments. It takes the place of the connection, never of the verdict.

use selfsame_protocol::{
    CheckId, DeviceId, VERSION,
    message::{CODE_LIFE_MS, GatewayCode, GatewayTie},
};
use selfsame_radius::{Kind, Prompt, Reply};

use super::{
    caller,
    challenges::{CodeAsked, LIFE_MS, Waiting},
    codes,
    conclude::{Conclusion, NO_VERDICT},
    desks::{self, AskedDesk},
    site,
    visit::{Outcome, Visit},
};
use crate::{
    decide::{GatewayFacts, Presence},
    store::Login,
};

/// The rule of a code that no device shows.
const WRONG_CODE: &str = "wrong-code";

impl Visit<'_> {
    /// Shows a code on every open desk and asks for it; `None` when no desk can show one.
    pub(super) fn ask_for_a_code(
        &self,
        check: CheckId,
        login: &Login,
        desks: &[AskedDesk],
        facts: GatewayFacts,
        granted: Vec<(Kind, Vec<u8>)>,
    ) -> Option<Reply> {
        let open = desks.iter().filter(|desk| desk.is_open());
        let shown = open.filter_map(|desk| self.show_a_code(check, desk.device.id));
        let codes: Vec<_> = shown.collect();
        if codes.is_empty() {
            return None;
        }
        let waiting = Waiting::Code(CodeAsked {
            check,
            login: login.clone(),
            codes,
            facts,
            granted,
        });
        let now = self.app.clock.now();
        let handle = self.app.radius.challenges.put(self.key(), waiting, now)?;
        let message = format!(
            "Type the code that Selfsame shows on your computer for {}. Give it to nobody.",
            self.client.name
        );
        let seconds = u32::try_from(LIFE_MS / 1_000).unwrap_or(u32::MAX);
        Some(
            Reply::challenge(&handle)
                .message(&message)
                .session_timeout(seconds)
                .prompt(Prompt::Echo),
        )
    }

    fn show_a_code(&self, check: CheckId, device: DeviceId) -> Option<(DeviceId, String)> {
        let radius = &self.app.radius;
        if !radius.codes.may_show(device, self.app.clock.now()) {
            return None;
        }
        let digits = codes::draw(|code| radius.challenges.shows(code));
        let iat = self.app.clock.wall();
        let code = GatewayCode {
            v: VERSION,
            iss: self.app.settings.origin.clone(),
            device,
            check,
            service: self.client.name.clone(),
            code: digits.clone(),
            iat,
            exp: iat.plus(CODE_LIFE_MS),
        };
        self.app.hub.show_code(&code).ok()?;
        Some((device, digits))
    }

    /// Something was typed after a code was asked for.
    pub(super) async fn code_typed(&self, asked: CodeAsked) -> Outcome {
        let (check, login) = (asked.check, &asked.login);
        let conclusion = self.conclude_code(&asked).await?;
        if self.is_approved(&conclusion, check, login).await? {
            return Ok(Some(site::grant(Reply::accept(), &asked.granted)));
        }
        self.otherwise(check, Some(login), &conclusion).await
    }

    async fn conclude_code(
        &self,
        asked: &CodeAsked,
    ) -> Result<Conclusion, crate::store::StoreError> {
        let typed = self.password.expose();
        let fitting = asked
            .codes
            .iter()
            .find(|(_, code)| codes::is_typed(code, typed));
        let Some((device, _)) = fitting else {
            return Ok(Conclusion::other_factor(WRONG_CODE));
        };
        self.app.radius.codes.was_right(*device);
        let Some(device) = self.app.store.device(*device).await? else {
            return Ok(Conclusion::other_factor(NO_VERDICT));
        };
        let asking = self.asking(asked.check, GatewayTie::Code);
        let Some(desk) = desks::ask(self.app, asking, device).await else {
            return Ok(Conclusion::other_factor(NO_VERDICT));
        };
        let facts = GatewayFacts {
            caller: caller::compare(self.request, desk.peer),
            ..asked.facts
        };
        let presence = Presence::Code(facts);
        Conclusion::reach(self.app, (self.client, &self.asked), &desk, presence).await
    }
}
