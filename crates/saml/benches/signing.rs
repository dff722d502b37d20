//! How many responses one second of one core makes, beside ring's bare RSA signatures with the same key.
//! Arguments: the key in PKCS#8 DER and its certificate in PEM. Prints one JSON line; reads Linux' `/proc`.

use std::{error::Error, fs, hint::black_box, time::Duration, time::Instant};

use ring::{
    rand::SystemRandom,
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use selfsame_saml::{
    AcsUrl, Certificate, EntityId, FreshId, MessageId, NameId, NameIdFormat, Refusal, ReplyTo,
    Responder, Signer, Success, Timestamp, metadata::CLOCK_SKEW, response::SignedParts,
};

/// The three are measured in turns, so that a slow minute slows all of them.
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_millis(600);

fn main() -> Result<(), Box<dyn Error>> {
    let files: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with("--"))
        .collect();
    let [key, certificate] = &files[..] else {
        return Err("give KEY.der CERTIFICATE.pem".into());
    };
    let (key, certificate) = (fs::read(key)?, fs::read_to_string(certificate)?);
    let bare = RsaKeyPair::from_pkcs8(&key).map_err(|rejected| rejected.to_string())?;
    let responder = Responder::new(
        EntityId::parse("https://check.selfsame.test/saml")?,
        Signer::from_pkcs8_der(&key)?,
        &Certificate::from_pem(&certificate)?,
    )?;
    let answer = Answer::new()?;
    let mut rates = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS {
        rates[0].push(rate(|| sign(&bare))?);
        rates[1].push(rate(|| answer.refuse(&responder))?);
        rates[2].push(rate(|| answer.confirm(&responder))?);
    }
    let [signatures, failures, successes] = rates.map(median);
    println!(
        r#"{{"ring_signatures":{signatures:.1},"failures":{failures:.1},"successes":{successes:.1}}}"#
    );
    Ok(())
}

fn sign(key: &RsaKeyPair) -> usize {
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        black_box(&[7; 700]),
        &mut signature,
    )
    .expect("the key signs");
    signature.len()
}

/// What an answer is made of.
struct Answer {
    reply_to: ReplyTo,
    subject: NameId,
    now: Timestamp,
}

impl Answer {
    fn new() -> Result<Self, Box<dyn Error>> {
        Ok(Self {
            reply_to: ReplyTo {
                in_response_to: MessageId::parse("_0123456789abcdef0123456789abcdef")?,
                acs: AcsUrl::parse("https://acme-login.test/sso/saml2/0oaacmestandin0001")?,
                service: EntityId::parse("https://acme-login.test/saml2/service-provider")?,
            },
            subject: NameId::new(NameIdFormat::Unspecified, "alice@acme.test")?,
            now: Timestamp::from_unix_millis(1_700_000_000_000),
        })
    }

    /// One signature.
    fn refuse(&self, responder: &Responder) -> usize {
        let id = FreshId::from_entropy([1; 20]);
        let response = responder.failure(Refusal::AuthnFailed, &self.reply_to, &id, self.now);
        response
            .expect("the key signs")
            .into_form(None)
            .saml_response
            .len()
    }

    /// Two signatures.
    fn confirm(&self, responder: &Responder) -> usize {
        let [response_id, assertion_id, session_index] =
            [[1; 20], [2; 20], [3; 20]].map(FreshId::from_entropy);
        let success = Success {
            signed: SignedParts::Both,
            clock_skew: CLOCK_SKEW,
            reply_to: &self.reply_to,
            response_id: &response_id,
            assertion_id: &assertion_id,
            session_index: &session_index,
            subject: &self.subject,
            judged_at: self.now,
            attributes: &[],
        };
        let response = responder.success(&success, self.now);
        response
            .expect("the key signs")
            .into_form(None)
            .saml_response
            .len()
    }
}

/// How often `work` is done in one second of this thread's time on a core.
fn rate<T>(mut work: impl FnMut() -> T) -> Result<f64, Box<dyn Error>> {
    let (start, before) = (Instant::now(), time_on_core()?);
    let mut done = 0_u32;
    while start.elapsed() < ROUND {
        for _ in 0..10 {
            black_box(work());
        }
        done += 10;
    }
    Ok(f64::from(done) / (time_on_core()? - before).as_secs_f64())
}

fn time_on_core() -> Result<Duration, Box<dyn Error>> {
    let text = fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds = text.split(' ').next().unwrap_or_default().parse()?;
    Ok(Duration::from_nanos(nanoseconds))
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}
