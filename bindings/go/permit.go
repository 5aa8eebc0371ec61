package livepermit

// #include <livepermit.h>
import "C"

import "strings"

// Form is the form of a token, or several forms, combined with |.
type Form uint32

// The forms.
const (
	// FormPass is signed by the issuer's server, seconds ago.
	FormPass Form = C.LP_FORM_PASS
	// FormCredential is signed by the issuer for a device. It is not shown by itself.
	FormCredential Form = C.LP_FORM_CREDENTIAL
	// FormPresentation is a credential with the device's signature over the time.
	FormPresentation Form = C.LP_FORM_PRESENTATION
	// FormSlip is printed on paper.
	FormSlip Form = C.LP_FORM_SLIP
)

// String gives the names, such as "pass" or "pass|slip".
func (f Form) String() string {
	return names(f, []string{"pass", "credential", "presentation", "slip"})
}

// The names of bits, from the lowest.
func names[T ~uint32](bits T, all []string) string {
	var out []string
	for i, name := range all {
		if bits&(1<<i) != 0 {
			out = append(out, name)
		}
	}
	return strings.Join(out, "|")
}

// Person is the person whom a permit names.
type Person struct {
	// FullName is the name as it is written: 1 to 80 characters.
	FullName string
	// BirthDate has 4, 6 or 8 digits, such as "19490731", or is empty.
	BirthDate string
}

// StatusReference says where the status of a permit stands.
type StatusReference struct {
	// URI is the name of the status list.
	URI string
	// Index is the entry of the list, from 0.
	Index uint64
}

// Acting says who shows the permit of another person.
type Acting struct {
	// Role is what the representative is, such as "guardian".
	Role string
	// Representative is the permit number or name of the representative.
	Representative string
}

// Permit is what an issuer signs. [NewPermit] makes one.
type Permit struct {
	// Subject is the number of the permit.
	Subject string
	// Class is the class, such as "bj.example:residence".
	Class string
	// Window says for how long a code is live: 1 to 86,400 seconds; usual are 30.
	Window Seconds
	// Person is the person, or nil.
	Person *Person
	// Status is the entry of a status list, or nil.
	Status *StatusReference
	// Acting is the representative, or nil.
	Acting *Acting
	// Application has claims of the application, a CBOR map, or is nil.
	Application []byte
}

// NewPermit makes a permit with a window of 30 seconds and nothing optional.
func NewPermit(subject, class string) Permit {
	c := begin()
	defer c.end()
	usual := one[C.lp_permit](c)
	// It fails for no arguments. If it did, a window of 0 would be refused.
	_ = c.run(func() C.lp_result {
		return C.lp_permit_default(C.lp_text{}, C.lp_text{}, usual, c.why)
	})
	return Permit{Subject: subject, Class: class, Window: Seconds(usual.window)}
}

func (c *call) permit(permit Permit) *C.lp_permit {
	out := C.lp_permit{
		subject:      c.text(permit.Subject),
		permit_class: c.text(permit.Class),
		window:       C.int64_t(permit.Window),
		application:  c.maybeBytes(permit.Application),
	}
	if person := permit.Person; person != nil {
		out.person = placed(c, C.lp_person{
			full_name: c.text(person.FullName), birth_date: c.maybeText(person.BirthDate),
		})
	}
	if status := permit.Status; status != nil {
		out.status = placed(c, C.lp_status_reference{
			uri: c.text(status.URI), index: C.uint64_t(status.Index),
		})
	}
	if acting := permit.Acting; acting != nil {
		out.acting = placed(c, C.lp_acting{
			role: c.text(acting.Role), representative: c.text(acting.Representative),
		})
	}
	return placed(c, out)
}

func personOf(person *C.lp_person) *Person {
	if person == nil {
		return nil
	}
	return &Person{FullName: textOf(person.full_name), BirthDate: textOf(person.birth_date)}
}

func statusOf(status *C.lp_status_reference) *StatusReference {
	if status == nil {
		return nil
	}
	return &StatusReference{URI: textOf(status.uri), Index: uint64(status.index)}
}

func actingOf(acting *C.lp_acting) *Acting {
	if acting == nil {
		return nil
	}
	return &Acting{Role: textOf(acting.role), Representative: textOf(acting.representative)}
}

// Token is a token. Structure and sizes are those of the format, and nothing is verified.
type Token struct {
	// Form is the form.
	Form Form
	// Bytes are the bytes.
	Bytes []byte
	// QRText is the text for a QR code: the prefix LP1: and base45.
	QRText string
	// LinkText is the text for a link: base64url.
	LinkText string
	// QRVersion is the version of the QR code at medium error correction, 1 to 40; 0 if none
	// holds the text.
	QRVersion int
}

// ReadToken reads the bytes of a token, and verifies nothing.
func ReadToken(token []byte) (*Token, error) {
	c := begin()
	defer c.end()
	in, out := c.bytes(token), one[C.lp_token](c)
	err := c.run(func() C.lp_result { return C.lp_read_token(in, out, c.buffer, c.why) })
	return tokenOf(out, err)
}

// ReadTokenText reads the text of a token, from a QR code or a link, and verifies nothing.
func ReadTokenText(text string) (*Token, error) {
	c := begin()
	defer c.end()
	in, out := c.text(text), one[C.lp_token](c)
	err := c.run(func() C.lp_result { return C.lp_read_token_text(in, out, c.buffer, c.why) })
	return tokenOf(out, err)
}

func tokenOf(token *C.lp_token, err error) (*Token, error) {
	if err != nil {
		return nil, err
	}
	return &Token{
		Form:      Form(token.form),
		Bytes:     bytesOf(token.bytes),
		QRText:    textOf(token.qr_text),
		LinkText:  textOf(token.link_text),
		QRVersion: int(token.qr_version),
	}, nil
}
