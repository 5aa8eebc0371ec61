module github.com/livepermit/livepermit/bindings/go

go 1.22
