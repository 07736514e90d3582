// The sign-in pages go without the admin's scripts, and still in the colours chosen there.
let chosen = "auto";
try {
  chosen = JSON.parse(window.localStorage.getItem("_x_adminTheme") || '"auto"');
} catch {
  // Without storage the machine's own choice holds.
}
const isDark =
  chosen === "dark" ||
  (chosen === "auto" && window.matchMedia("(prefers-color-scheme: dark)").matches);
document.documentElement.classList.toggle("dark", isDark);
