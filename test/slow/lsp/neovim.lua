-- Neovim as a user runs it, without one: opens Dockerfile, waits for what dockopt says, makes all safe rewrites, saves.
local folder, bin, out = unpack(vim.split(vim.env.DOCKOPT_TEST, "\n"))
vim.cmd("edit " .. folder .. "/Dockerfile")
local client = vim.lsp.start_client({ name = "dockopt", cmd = { "node", bin, "lsp", "--stdio" }, root_dir = folder })
vim.lsp.buf_attach_client(0, client)
vim.wait(60000, function()
  return #vim.diagnostic.get(0) > 0
end, 50)
local found = vim.diagnostic.get(0)
local start = { line = 0, character = 0 }
local answers = vim.lsp.buf_request_sync(0, "textDocument/codeAction", {
  textDocument = vim.lsp.util.make_text_document_params(),
  range = { start = start, ["end"] = start },
  context = { diagnostics = {}, only = { "source.fixAll.dockopt" } },
}, 60000)
local actions = answers[client].result
vim.lsp.util.apply_workspace_edit(actions[1].edit, "utf-16")
vim.cmd("silent wall")
vim.lsp.stop_client(client)
local ended = vim.wait(10000, function()
  return vim.lsp.get_client_by_id(client) == nil
end, 50)
local file = io.open(out, "w")
file:write(vim.fn.json_encode({ diagnostics = found, actions = #actions, ended = ended }))
file:close()
vim.cmd("qall!")
