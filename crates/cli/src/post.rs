//! The post: letters about visits go out through a mail server that the file of `--mail-file` names.
//!
//! What is sent, and whether, is decided by `practice` when it is taken; here it is only carried. A server that cannot be
//! reached loses nothing: the letter is tried again.
//!
//! PRIVACY: an address or a word of a letter is never written anywhere else; what is said of a failure names none.

use std::{sync::Arc, time::Duration};

use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{Attachment, MultiPart, SinglePart, header::ContentType},
};
use percuta_practice::letters::{Letter, Sent};
use percuta_web::rooms::Rooms;

use crate::{Failure, input};

/// The post looks for letters so often.
const LOOKS_EVERY: Duration = Duration::from_secs(15);
/// A server that takes longer is taken for gone.
const WITHIN: Duration = Duration::from_secs(20);

/// A way to a mail server.
pub(crate) struct Post(AsyncSmtpTransport<Tokio1Executor>);

impl Post {
    /// The server that a file names.
    pub(crate) fn open(file: &str) -> Result<Self, Failure> {
        let text = std::fs::read_to_string(file).map_err(|error| {
            Failure::unusable(format!("`{file}` cannot be read: {}", error.kind()))
        })?;
        let address = text.trim();
        let is_near = ["127.0.0.1", "localhost", "[::1]"].iter().any(|host| {
            address.strip_prefix("smtp://").is_some_and(|rest| {
                rest.rsplit_once('@').map_or(rest, |(_, host)| host).starts_with(host)
            })
        });
        let is_sealed = address.starts_with("smtps://")
            || (address.starts_with("smtp://") && address.ends_with("?tls=required"));
        if !is_sealed && !is_near {
            return Err(Failure::unusable(format!(
                "`{file}` names no mail server that letters may go to: write smtps://name:password@host, or \
                 smtp://name:password@host?tls=required; without encryption only a server of this machine is used"
            )));
        }
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(address)
            // PRIVACY: the cause may quote the password.
            .map_err(|_quotes| {
                Failure::unusable(format!(
                    "`{file}` holds no address such as smtps://name:password@host"
                ))
            })?;
        Ok(Self(transport.timeout(Some(WITHIN)).build()))
    }

    /// Carries letters until it is stopped.
    pub(crate) async fn run(self, rooms: Arc<Rooms>) {
        loop {
            match rooms.practice.next_letter().await {
                Ok(Some(letter)) => {
                    let sent = self.send(&letter).await;
                    if rooms.practice.letter(&letter, sent).await.is_err() {
                        input::complain("what became of a letter could not be written down");
                    }
                }
                Ok(None) => tokio::time::sleep(LOOKS_EVERY).await,
                Err(_unreachable) => {
                    input::complain("letters could not be looked for");
                    tokio::time::sleep(LOOKS_EVERY).await;
                }
            }
        }
    }

    async fn send(&self, letter: &Letter) -> Sent {
        let Some(message) = message(letter) else {
            input::complain("a letter could not be addressed");
            return Sent::Failed;
        };
        match self.0.send(message).await {
            Ok(_accepted) => Sent::Done,
            Err(_refused) => {
                input::complain("the mail server did not take a letter");
                Sent::Failed
            }
        }
    }
}

/// A letter as mail: its words, and the appointment both for programs that read it in place and as a file.
fn message(letter: &Letter) -> Option<Message> {
    let mailbox = |of: &percuta_practice::letters::Mailbox| {
        let address = of.address.parse().ok()?;
        let name = Some(of.name.clone()).filter(|name| !name.is_empty());
        Some(lettre::message::Mailbox::new(name, address))
    };
    let head = Message::builder()
        .from(mailbox(&letter.from)?)
        .to(mailbox(&letter.to)?)
        .subject(&letter.subject);
    let words = SinglePart::plain(letter.text.clone());
    match &letter.invitation {
        None => head.singlepart(words).ok(),
        Some(invitation) => {
            let kind = format!("text/calendar; method={}; charset=utf-8", invitation.method);
            let kind = ContentType::parse(&kind).ok()?;
            let text = String::from_utf8(invitation.bytes.clone()).ok()?;
            let inline = SinglePart::builder().header(kind.clone()).body(text);
            let either = MultiPart::alternative().singlepart(words).singlepart(inline);
            let file =
                Attachment::new("appointment.ics".to_owned()).body(invitation.bytes.clone(), kind);
            head.multipart(MultiPart::mixed().multipart(either).singlepart(file)).ok()
        }
    }
}

#[cfg(test)]
mod tests {
    use percuta_chart::{person::CameBy, visit::Purpose};
    use percuta_practice::{
        Cost, Ports, Practice,
        account::SetUp,
        patients::Entered,
        settings::{default_clinic, default_consent_form, default_prices},
        sites::first_calendar,
        visits::book::Wanted,
    };
    use tokio::{
        io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
        net::TcpListener,
    };

    use super::*;
    use crate::{record, serve};

    /// A mail server that takes one letter and gives what was sent.
    async fn server(listener: TcpListener) -> String {
        let (stream, _) = listener.accept().await.unwrap();
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"220 invented\r\n").await.unwrap();
        let (mut said, mut is_letter) = (String::new(), false);
        while let Ok(Some(line)) = lines.next_line().await {
            said.push_str(&line);
            said.push('\n');
            let answer: &[u8] = match line.as_str() {
                "." => {
                    is_letter = false;
                    b"250 taken\r\n"
                }
                _ if is_letter => continue,
                "DATA" => {
                    is_letter = true;
                    b"354 go on\r\n"
                }
                "QUIT" => break,
                _ => b"250 fine\r\n",
            };
            write.write_all(answer).await.unwrap();
            if answer.starts_with(b"250 taken") {
                break;
            }
        }
        said
    }

    async fn practice(folder: &std::path::Path) -> (Practice, percuta_practice::Actor) {
        let opened = record::in_memory(folder.to_owned()).await.unwrap();
        let ports = Ports {
            store: opened.store,
            keys: opened.keys,
            book: Arc::new(input::rulebook(None).unwrap()),
            now: serve::now,
            random: record::random,
            password_cost: Cost::CHEAP,
            is_demo: true,
        };
        let practice = Practice::open(ports).await.unwrap().with_letters();
        let mut clinic = default_clinic("Invented Skin", "020 7946 0000", "Europe/London");
        clinic.letters.from = Some("desk@clinic.example".to_owned());
        let given = SetUp {
            clinic,
            calendar: first_calendar("Invented Skin", "Europe/London"),
            prices: default_prices(),
            consent_form: default_consent_form(),
            name: "Ines Invented".to_owned(),
            credentials: String::new(),
            email: "ines@clinic.example".to_owned(),
            parts: [percuta_chart::person::Part::MedicalLead].into(),
            qualifications: std::collections::BTreeSet::new(),
            password: "correct horse battery".to_owned().into(),
        };
        let (_, cookie) = practice.set_up(given).await.unwrap();
        let owner = practice.who(&cookie).await.unwrap().unwrap();
        (practice, owner)
    }

    #[tokio::test]
    async fn a_letter_reaches_a_mail_server_with_its_appointment() {
        let folder = tempfile::tempdir().unwrap();
        let (practice, owner) = practice(folder.path()).await;
        let entered = Entered {
            name: "Zoë Invented".to_owned(),
            born: "1990-05-31".to_owned(),
            email: "zoe@patient.example".to_owned(),
            ..Entered::default()
        };
        let patient = practice.enter_patient(&owner, &entered, CameBy::Clinic).await.unwrap();
        let today = practice.today().await.unwrap();
        let (talk, wish) = (Purpose::Consultation, percuta_practice::visits::Wish::default());
        let free = practice.free_starts(&owner, (patient, talk), (today, 14), &wish).await.unwrap();
        let wanted = [Wanted::start(talk, free.starts.last().unwrap())];
        practice.book_visits(&owner, patient, &wanted).await.unwrap().done().unwrap();

        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let file = folder.path().join("mail");
        std::fs::write(&file, format!("smtp://{address}\n")).unwrap();
        let post = Post::open(file.to_str().unwrap()).unwrap();
        let letter = practice.next_letter().await.unwrap().unwrap();
        let (sent, said) = tokio::join!(post.send(&letter), server(listener));
        assert_eq!(sent, Sent::Done);
        assert!(said.contains("RCPT TO:<zoe@patient.example>"), "{said}");
        assert!(said.contains("method=REQUEST") && said.contains("appointment.ics"), "{said}");

        // Nobody listens there any more: nothing is lost.
        assert_eq!(post.send(&letter).await, Sent::Failed);
    }

    #[test]
    fn letters_go_to_no_server_that_is_far_and_open() {
        let folder = tempfile::tempdir().unwrap();
        let open = |address: &str| {
            let file = folder.path().join("mail");
            std::fs::write(&file, address).unwrap();
            Post::open(file.to_str().unwrap()).map(|_post| ()).map_err(|failure| failure.says)
        };
        assert!(open("smtps://desk:secret@mail.example").is_ok());
        assert!(open("smtp://desk:secret@mail.example?tls=required").is_ok());
        for address in ["smtp://desk:secret@mail.example", "https://mail.example", "", "smtps://"] {
            let says = open(address).unwrap_err();
            assert!(!says.contains("secret"), "{says}");
        }
        assert!(Post::open("/nowhere/mail").is_err());
    }
}
