//! Browsers: their cookies, and the pages that are open in them.

use std::collections::BTreeMap;

use selfsame_idp::checks::life::Stage;
use selfsame_protocol::{CheckId, PRESENCE_PORTS, message::Channel};

use crate::{
    agent::{Ask, Peer},
    cast::{Browser, ORIGIN},
    ledger::Asker,
    plan::Page,
    server::Call,
    world::{Event, World},
};

/// From the page's question to the moment when it gives up, in milliseconds.
const GIVES_UP_MS: u64 = 3_200;
/// How long a person waits before they press the button once more, in milliseconds.
const AGAIN_MS: u64 = 5_000;

/// What a page hears.
#[derive(Debug, Clone)]
pub enum News {
    Begun {
        sign_in: usize,
        cookie: String,
    },
    Repeated {
        sign_in: usize,
    },
    Shown {
        stage: Stage,
        challenge: Option<String>,
    },
    Next {
        respond: bool,
    },
    /// Of the agent, or of whoever has one to bring.
    Proof(String),
    ProofRefused,
    NotHere,
    AlreadyAnswered,
    Final,
}

/// Every cookie and page.
#[derive(Default)]
pub struct Pages {
    cookies: BTreeMap<(Browser, CheckId), String>,
    open: BTreeMap<(Browser, CheckId), Open>,
}

struct Open {
    sign_in: usize,
    page: Page,
    challenge: Option<String>,
    has_asked: bool,
    is_over: bool,
    /// When it gives up by itself.
    patient_until: u64,
    /// How often a page that holds its check open has changed its mind.
    turns: u32,
}

impl Pages {
    /// Whether every page that somebody looks at came to an end.
    pub fn all_came_to_an_end(&self) -> bool {
        self.open
            .values()
            .all(|open| open.is_over || matches!(open.page, Page::HoldsOpen | Page::Closed))
    }

    /// The challenge that a check's page was shown.
    pub fn challenge_of(&self, check: CheckId) -> Option<String> {
        let mut pages = self.open.iter().filter(|((_, of), _)| *of == check);
        pages.find_map(|(_, open)| open.challenge.clone())
    }

    /// The browser that has a check's cookie.
    pub fn holder_of(&self, check: CheckId) -> Option<Browser> {
        self.cookies
            .keys()
            .find(|(_, of)| *of == check)
            .map(|(browser, _)| *browser)
    }
}

impl World {
    /// A page calls the server.
    pub fn call(&mut self, from: Browser, check: CheckId, call: Call) {
        let cookie = self.pages.cookies.get(&(from, check)).cloned();
        self.send(Event::Call {
            from,
            check,
            cookie,
            call,
        });
    }

    /// A browser opens the page of a check.
    pub fn open_page(&mut self, browser: Browser, check: CheckId, sign_in: usize, page: Page) {
        let open = Open {
            sign_in,
            page,
            challenge: None,
            has_asked: false,
            is_over: false,
            patient_until: 0,
            turns: 0,
        };
        self.pages.open.entry((browser, check)).or_insert(open);
        self.call(browser, check, Call::Show);
        self.after(AGAIN_MS, Event::PageDue { browser, check });
    }

    /// A page hears something.
    pub fn hear(&mut self, to: Browser, check: CheckId, news: News) {
        match news {
            News::Begun { sign_in, cookie } => self.begun(to, check, sign_in, cookie),
            News::Repeated { sign_in } => self.repeated(to, check, sign_in),
            News::Shown { stage, challenge } => self.shown(to, check, stage, challenge),
            News::Next { respond: true } => self.call(to, check, Call::Respond),
            News::Next { respond: false } => self.call(to, check, Call::Show),
            News::Proof(text) => self.bring(to, check, text),
            News::ProofRefused => {}
            News::NotHere | News::AlreadyAnswered | News::Final => self.page_is_over(to, check),
        }
    }

    fn page_is_over(&mut self, browser: Browser, check: CheckId) {
        if let Some(open) = self.pages.open.get_mut(&(browser, check)) {
            open.is_over = true;
        }
    }

    fn begun(&mut self, to: Browser, check: CheckId, sign_in: usize, cookie: String) {
        if self.pages.cookies.insert((to, check), cookie).is_some() {
            return;
        }
        let of = self.sign_in(sign_in).clone();
        self.open_page(to, check, sign_in, of.page);
        for meanwhile in of.meanwhile {
            self.after(
                meanwhile.after + 60,
                Event::Trick {
                    check,
                    sign_in,
                    trick: meanwhile.trick,
                },
            );
        }
    }

    fn repeated(&mut self, to: Browser, check: CheckId, sign_in: usize) {
        match self.pages.cookies.contains_key(&(to, check)) {
            true => self.call(to, check, Call::Show),
            false => {
                let page = self.sign_in(sign_in).page;
                let open = Open {
                    sign_in,
                    page,
                    challenge: None,
                    has_asked: true,
                    is_over: true,
                    patient_until: 0,
                    turns: 0,
                };
                self.pages.open.entry((to, check)).or_insert(open);
                self.call(to, check, Call::OtherOfRepeated);
            }
        }
    }

    fn shown(&mut self, browser: Browser, check: CheckId, stage: Stage, challenge: Option<String>) {
        let Some(open) = self.pages.open.get_mut(&(browser, check)) else {
            return;
        };
        let (sign_in, page, had_asked) = (open.sign_in, open.page, open.has_asked);
        open.challenge = challenge.or(open.challenge.take());
        let started_here = self.sign_in(sign_in).by == browser;
        match stage {
            _ if matches!(page, Page::Closed) => {}
            // "Only if you started this sign-in just now."
            Stage::Click if !started_here && browser != Browser::Mallorys => {
                self.page_is_over(browser, check)
            }
            Stage::Click => self.call(browser, check, Call::Begin),
            Stage::Ask if had_asked => {}
            Stage::Ask => self.begin_asking(browser, check, page),
            Stage::Over | Stage::Answered => self.call(browser, check, Call::Respond),
        }
    }

    fn begin_asking(&mut self, browser: Browser, check: CheckId, page: Page) {
        if let Some(open) = self.pages.open.get_mut(&(browser, check)) {
            open.has_asked = true;
        }
        let mut wait = 0;
        match page {
            Page::Plain | Page::AsksTwice => self.call(browser, check, Call::Asking),
            Page::AsksPerson(takes) => {
                self.call(browser, check, Call::PersonAsked);
                wait = takes;
            }
            Page::AsksLate(late) => wait = late,
            Page::KeepsProof(_) | Page::Closed => {}
            Page::HoldsOpen => return self.after(1, Event::PageDue { browser, check }),
        }
        let ask = self.ask_own_agent(browser, check);
        if let (Page::AsksTwice, Some(ask)) = (page, ask.clone()) {
            self.after(wait + 40, ask);
        }
        if let Some(ask) = ask {
            self.after(wait + 5, ask);
        }
        let keeps = if let Page::KeepsProof(ms) = page {
            ms
        } else {
            0
        };
        let patience = wait + keeps + GIVES_UP_MS;
        if let Some(open) = self.pages.open.get_mut(&(browser, check)) {
            open.patient_until = self.now + patience;
        }
        self.after(patience, Event::PageDue { browser, check });
    }

    fn ask_own_agent(&mut self, browser: Browser, check: CheckId) -> Option<Event> {
        let challenge = self.pages.open.get(&(browser, check))?.challenge.clone()?;
        Some(Event::Ask(Ask {
            computer: browser.computer(),
            check,
            challenge,
            asker: Asker::CheckPage(browser),
            origin: ORIGIN.to_string(),
            port: PRESENCE_PORTS[0],
            peer: Peer::Browser,
            channel: self.random.pick(&[Channel::Loopback, Channel::Extension]),
            to: browser,
        }))
    }

    fn bring(&mut self, browser: Browser, check: CheckId, text: String) {
        let keeps = match self.pages.open.get(&(browser, check)) {
            Some(open) if open.is_over => return,
            Some(Open {
                page: Page::KeepsProof(ms),
                ..
            }) => *ms,
            Some(_) => 0,
            None => return,
        };
        let cookie = self.pages.cookies.get(&(browser, check)).cloned();
        self.after(
            keeps + 20,
            Event::Call {
                from: browser,
                check,
                cookie,
                call: Call::Proof(text),
            },
        );
    }

    /// A page's own time is over: it gives up, or whoever looks at it presses the button once more.
    pub fn page_due(&mut self, browser: Browser, check: CheckId) {
        let Some(open) = self.pages.open.get_mut(&(browser, check)) else {
            return;
        };
        if open.is_over || matches!(open.page, Page::Closed) {
            return;
        }
        if open.has_asked && matches!(open.page, Page::HoldsOpen) {
            open.turns += 1;
            let call = if open.turns % 2 == 1 {
                Call::PersonAsked
            } else {
                Call::Asking
            };
            let next = if open.turns % 2 == 1 { 50_000 } else { 10 };
            self.call(browser, check, call);
            return self.after(next, Event::PageDue { browser, check });
        }
        if open.has_asked && self.now < open.patient_until {
            return;
        }
        let call = if open.has_asked {
            Call::Respond
        } else {
            Call::Show
        };
        self.call(browser, check, call);
        self.after(AGAIN_MS, Event::PageDue { browser, check });
    }
}
