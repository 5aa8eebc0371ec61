//! A browser without scripts.

use crate::client::{self, Reply};
use crate::world::{PASSWORD, World};
use livepermit_testkit::html::Page;

/// A browser, with the one cookie that the desk sets.
#[derive(Clone)]
pub(super) struct Browser<'a> {
    pub(super) world: &'a World,
    pub(super) cookie: String,
}

/// A form of a page, as it would be sent.
#[derive(Clone, Debug)]
pub(super) struct Form {
    pub(super) action: String,
    pub(super) fields: Vec<(String, String)>,
}

impl Form {
    /// The form of a page whose address ends so.
    pub(super) fn of(page: &Page, end: &str) -> Self {
        Self::find(page, end).unwrap_or_else(|| panic!("no form for {end}: {page:?}"))
    }

    pub(super) fn find(page: &Page, end: &str) -> Option<Self> {
        let mut found: Option<Self> = None;
        // A browser sends the first option, if none is chosen.
        let mut first = false;
        for element in &page.elements {
            if element.name == "form" {
                if found.is_some() {
                    break;
                }
                let action = element.get("action").unwrap().to_owned();
                if action.split('?').next().unwrap().ends_with(end) {
                    found = Some(Self { action, fields: Vec::new() });
                }
            }
            let Some(form) = &mut found else { continue };
            match (&*element.name, element.get("name")) {
                ("input" | "textarea" | "select", Some(name)) => {
                    let value = element.get("value").unwrap_or_default();
                    form.fields.push((name.to_owned(), value.to_owned()));
                    first = element.name == "select";
                }
                ("option", None) if first || element.get("selected").is_some() => {
                    first = false;
                    let value = element.get("value").unwrap().to_owned();
                    form.fields.last_mut().unwrap().1 = value;
                }
                _ => {}
            }
        }
        found
    }

    /// Fills in a field, which has to be there.
    pub(super) fn set(mut self, name: &str, value: &str) -> Self {
        let field = self.fields.iter_mut().find(|(known, _)| known == name);
        value.clone_into(&mut field.unwrap_or_else(|| panic!("no field {name}")).1);
        self
    }

    fn body(&self) -> String {
        let encoded = |text: &str| -> String {
            let plain = |byte: u8| byte.is_ascii_alphanumeric();
            let sign =
                |byte| if plain(byte) { char::from(byte).into() } else { format!("%{byte:02X}") };
            text.bytes().map(sign).collect()
        };
        let pairs: Vec<_> = self
            .fields
            .iter()
            .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
            .collect();
        pairs.join("&")
    }
}

impl<'a> Browser<'a> {
    pub(super) const fn new(world: &'a World) -> Self {
        Self { world, cookie: String::new() }
    }

    /// Somebody whose account is there, and who has logged in now.
    pub(super) async fn logged_in(world: &'a World, name: &str) -> Self {
        // The digits of the step before may have been used.
        world.turn(30);
        let mut browser = Self::new(world);
        let reply = browser.log_in(name, PASSWORD, &world.code(name)).await;
        assert_eq!((reply.status, reply.header("location")), (303, Some("/desk")));
        browser
    }

    pub(super) async fn log_in(&mut self, name: &str, password: &str, code: &str) -> Reply {
        let page = self.page("/desk/login").await;
        let form = Form::of(&page, "/desk/login");
        let form = form.set("name", name).set("password", password).set("code", code);
        let reply = self.send(&form, &[]).await;
        if let Some(cookie) = reply.header("set-cookie") {
            cookie.split(';').next().unwrap().clone_into(&mut self.cookie);
        }
        reply
    }

    pub(super) async fn open(&self, path: &str) -> Reply {
        let reply = client::ask(self.world.address, "GET", path, &self.headers(&[]), b"").await;
        assert_ne!(reply.status, 500, "{path}");
        reply
    }

    /// Opens a page that is there.
    pub(super) async fn page(&self, path: &str) -> Page {
        read(&self.open(path).await, 200)
    }

    pub(super) async fn send(&self, form: &Form, headers: &[(&str, &str)]) -> Reply {
        let kind = ("content-type", "application/x-www-form-urlencoded");
        let headers = [headers, &[kind]].concat();
        let headers = self.headers(&headers);
        let body = form.body();
        let (address, action) = (self.world.address, &form.action);
        let reply = client::ask(address, "POST", action, &headers, body.as_bytes()).await;
        assert_ne!(reply.status, 500, "{}", form.action);
        reply
    }

    /// Sends a form with files, each with the field in which it was chosen.
    pub(super) async fn send_files(&self, form: &Form, files: &[(&str, &[u8])]) -> Reply {
        let mut body = Vec::new();
        let part =
            |name: &str| format!("--part\r\ncontent-disposition: form-data; name=\"{name}\"");
        for (name, value) in &form.fields {
            body.extend(format!("{}\r\n\r\n{value}\r\n", part(name)).into_bytes());
        }
        for (name, bytes) in files {
            let head = format!("{}; filename=\"<b>.exe\"\r\n\r\n", part(name));
            body.extend([head.as_bytes(), *bytes, b"\r\n"].concat());
        }
        body.extend(b"--part--\r\n");
        let headers = self.headers(&[("content-type", "multipart/form-data; boundary=part")]);
        let reply = client::ask(self.world.address, "POST", &form.action, &headers, &body).await;
        assert_ne!(reply.status, 500, "{}", form.action);
        reply
    }

    /// Sends a form after which the browser is sent to a page, and opens that.
    pub(super) async fn done(&self, form: &Form) -> Page {
        let reply = self.send(form, &[]).await;
        assert_eq!(reply.status, 303, "{}", String::from_utf8_lossy(&reply.body));
        self.page(reply.header("location").unwrap()).await
    }

    fn headers<'b>(&'b self, headers: &[(&'b str, &'b str)]) -> Vec<(&'b str, &'b str)> {
        let mut all = headers.to_vec();
        if !self.cookie.is_empty() {
            all.push(("cookie", &self.cookie));
        }
        all
    }
}

/// The page that was answered with this status.
pub(super) fn read(reply: &Reply, status: u16) -> Page {
    let text = String::from_utf8(reply.body.clone()).unwrap();
    assert_eq!(reply.status, status, "{text}");
    Page::read(&text)
}

/// The address in the desk of what has this address in the port.
pub(super) fn at_desk(address: &str) -> String {
    address.replacen("/office/", "/desk/", 1)
}
