using System.CommandLine;
using VmmEngine.Cli.CommandLine;
using VmmEngine.Cli.Json;
using VmmEngine.Machines;

namespace VmmEngine.Cli.Running;

/// <summary><c>vmm run</c>: runs a guest to its end and says where the time went.</summary>
internal static class RunCommand
{
    public static Command Create(Terminal terminal)
    {
        Option<string> backend = new("--backend") { Description = "What executes the guest: kvm or software. Without it, KVM where it works.", HelpName = "kvm|software" };
        Option<string> bios = new("--bios") { Description = "Starts this firmware image at the reset vector.", HelpName = "file" };
        Option<string> kernel = new("--kernel") { Description = "Starts this ELF image (32-bit with a multiboot header, or 64-bit).", HelpName = "file" };
        Option<string> commandLine = new("--append") { Description = "The kernel's command line.", HelpName = "text" };
        Option<string> flat = new("--flat") { Description = "Starts the bytes of this file at an address: in real mode below 1 MiB, in protected mode above.", HelpName = "file@address" };
        Option<string> memory = new("--memory") { Description = "RAM; 64M without it.", HelpName = "bytes, K, M or G" };
        Option<string> cpus = new("--cpus") { Description = "vCPUs; 1 without it (2 for the built-in guest).", HelpName = "number" };
        Option<string> serial = new("--serial") { Description = "Where the guest's serial line and debug port go: stdio (the default; with --json into the document) or a file.", HelpName = "stdio|file" };
        Option<string> timeout = new("--timeout") { Description = "Stops a guest that runs longer.", HelpName = "seconds" };
        Option<string> maxExits = new("--max-exits") { Description = "Stops a guest when one of its vCPUs has had so many exits.", HelpName = "number" };
        Option<string> save = new("--save") { Description = "Saves the machine there if it is stopped before its guest ends.", HelpName = "file" };
        Option<string> restore = new("--restore") { Description = "Goes on from a saved machine, which stays as it is: any number may start from one file.", HelpName = "file" };
        Option<bool> json = JsonOption.Create();
        Command command = new("run", "Runs a guest; without a file, the built-in one, which checks paging, interrupts, devices and two vCPUs.")
        {
            backend, bios, kernel, commandLine, flat, memory, cpus, serial, timeout, maxExits, save, restore, json,
        };
        command.SetAction(parsed =>
        {
            RunPlan plan = RunPlan.Of(new RunRequest(
                parsed.GetValue(backend), parsed.GetValue(bios), parsed.GetValue(kernel), parsed.GetValue(commandLine), parsed.GetValue(flat), parsed.GetValue(memory),
                parsed.GetValue(cpus), parsed.GetValue(serial), parsed.GetValue(timeout), parsed.GetValue(maxExits),
                parsed.GetValue(save), parsed.GetValue(restore)));
            bool asJson = parsed.GetValue(json);
            RunReport report = GuestRun.Execute(terminal, plan, asJson);
            if (asJson)
            {
                VmmJson.Write(terminal.Output, report, VmmJson.Readable.RunReport);
            }
            else
            {
                RunPage.Print(terminal, report);
            }

            return report.ExitStatus;
        });
        return command;
    }
}
