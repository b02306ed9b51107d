using System.Globalization;
using VmmEngine.Cli.CommandLine;
using VmmEngine.Guests;
using VmmEngine.Machines;
using VmmEngine.Memory;
using VmmEngine.Snapshots;

namespace VmmEngine.Cli.Running;

/// <summary>Looks at what a guest that ended well has done.</summary>
/// <param name="console">What it wrote.</param>
/// <returns>What is wrong with it; null if nothing is.</returns>
internal delegate string? GuestCheck(string console);

/// <summary>What to start, read from its file.</summary>
internal abstract record GuestImage(string Name)
{
    /// <summary>vCPUs if the command line does not say.</summary>
    public virtual int DefaultVcpus => 1;

    /// <summary>Chooses by the command line.</summary>
    public static GuestImage Of(RunRequest request)
    {
        string?[] given = [request.Bios, request.Kernel, request.Flat, request.Restore];
        if (given.Count(file => file is not null) > 1)
        {
            throw new UserErrorException("Only one of --bios, --kernel, --flat and --restore can be started.");
        }

        if (request.CommandLine is not null && request.Kernel is null)
        {
            throw new UserErrorException("--append is for a kernel: give one with --kernel FILE.");
        }

        if (request is { Restore: not null } and ({ Backend: not null } or { Memory: not null } or { Cpus: not null }))
        {
            throw new UserErrorException("--backend, --memory and --cpus come with the saved machine: leave them out.");
        }

        return request switch
        {
            { Restore: { } file } => SavedOf(file),
            { Bios: { } file } => new Bios(file, ImageFile.Read("--bios", file)),
            { Kernel: { } file } => new Kernel(file, ImageFile.Read("--kernel", file), request.CommandLine ?? ""),
            { Flat: { } place } => FlatOf(place),
            _ => new BuiltIn(),
        };
    }

    /// <summary>The machine that it needs, if that is not for the command line to say.</summary>
    public virtual MachineOptions? SavedOptions => null;

    /// <summary>Puts it into a machine.</summary>
    /// <returns>How to check what it did; null if only the guest itself can tell.</returns>
    public abstract GuestCheck? LoadInto(Machine machine);

    private static Flat FlatOf(string place)
    {
        int at = place.LastIndexOf('@');
        if (at <= 0 || !TryParseAddress(place[(at + 1)..], out ulong address))
        {
            throw new UserErrorException($"--flat takes a file and an address, such as boot.bin@0x7C00, and '{place}' is none.");
        }

        return new Flat(place, ImageFile.Read("--flat", place[..at]), new Gpa(address));
    }

    private static Saved SavedOf(string file)
    {
        try
        {
            return new Saved(file, Machine.ReadSnapshot(file));
        }
        catch (SnapshotException error)
        {
            throw new UserErrorException($"--restore: {error.Message}");
        }
    }

    private static bool TryParseAddress(string text, out ulong address) =>
        text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out address)
            : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out address);

    /// <summary>The guest that the tool brings along.</summary>
    internal sealed record BuiltIn() : GuestImage("the built-in guest")
    {
        public override int DefaultVcpus => BuiltInGuest.MaximumVcpus;

        public override GuestCheck LoadInto(Machine machine)
        {
            TestRegisters device = machine.LoadBuiltInGuest();
            string expected = BuiltInGuest.Console(machine.Vcpus.Count);
            return console => console switch
            {
                _ when device.Result != BuiltInGuest.Checksum => $"its result is 0x{device.Result:X16} and should be 0x{BuiltInGuest.Checksum:X16}",
                _ when console != expected => "its console does not say what it should",
                _ => null,
            };
        }
    }

    /// <summary>A firmware image.</summary>
    internal sealed record Bios(string File, byte[] Bytes) : GuestImage(File)
    {
        public override GuestCheck? LoadInto(Machine machine)
        {
            machine.LoadBios(Bytes);
            return null;
        }
    }

    /// <summary>An ELF or multiboot image.</summary>
    internal sealed record Kernel(string File, byte[] Bytes, string CommandLine) : GuestImage(File)
    {
        public override GuestCheck? LoadInto(Machine machine)
        {
            machine.LoadKernel(Bytes, CommandLine);
            return null;
        }
    }

    /// <summary>A machine in the middle of its guest.</summary>
    internal sealed record Saved(string File, SnapshotContents Contents) : GuestImage(File)
    {
        public override MachineOptions SavedOptions => Contents.Options;

        public override GuestCheck? LoadInto(Machine machine)
        {
            TestRegisters? device = Contents.Devices.Contains(Machine.TestRegistersName) ? machine.AttachTestRegisters() : null;
            machine.Restore(File);
            return device is null
                ? null
                : _ => device.Result == BuiltInGuest.Checksum ? null : $"its result is 0x{device.Result:X16} and should be 0x{BuiltInGuest.Checksum:X16}";
        }
    }

    /// <summary>Bytes without a format.</summary>
    internal sealed record Flat(string File, byte[] Bytes, Gpa Address) : GuestImage(File)
    {
        public override GuestCheck? LoadInto(Machine machine)
        {
            machine.LoadFlat(Bytes, Address);
            return null;
        }
    }
}
