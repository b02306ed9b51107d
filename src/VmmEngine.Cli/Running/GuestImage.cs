using System.Globalization;
using VmmEngine.Cli.CommandLine;
using VmmEngine.Machines;

namespace VmmEngine.Cli.Running;

/// <summary>What to start, read from its file.</summary>
internal abstract record GuestImage(string Name)
{
    /// <summary>vCPUs if the command line does not say.</summary>
    public virtual int DefaultVcpus => 1;

    /// <summary>Chooses by the command line.</summary>
    public static GuestImage Of(RunRequest request)
    {
        string?[] given = [request.Bios, request.Kernel, request.Flat];
        if (given.Count(file => file is not null) > 1)
        {
            throw new UserErrorException("Only one of --bios, --kernel and --flat can be started.");
        }

        if (request.CommandLine is not null && request.Kernel is null)
        {
            throw new UserErrorException("--append is for a kernel: give one with --kernel FILE.");
        }

        return request switch
        {
            { Bios: { } file } => new Bios(file, Read("--bios", file)),
            { Kernel: { } file } => new Kernel(file, Read("--kernel", file), request.CommandLine ?? ""),
            { Flat: { } place } => FlatOf(place),
            _ => new BuiltIn(),
        };
    }

    /// <summary>Puts it into a machine.</summary>
    public abstract void LoadInto(Machine machine);

    private static Flat FlatOf(string place)
    {
        int at = place.LastIndexOf('@');
        if (at <= 0 || !TryParseAddress(place[(at + 1)..], out uint address))
        {
            throw new UserErrorException($"--flat takes a file and an address below 1 MiB, such as boot.bin@0x7C00, and '{place}' is none.");
        }

        return new Flat(place, Read("--flat", place[..at]), address);
    }

    private static bool TryParseAddress(string text, out uint address)
    {
        bool parsed = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out address)
            : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out address);
        return parsed && address < 1 << 20;
    }

    private static byte[] Read(string option, string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UserErrorException($"{option}: '{file}' cannot be read: {error.Message.ReplaceLineEndings(" ")}");
        }
    }

    /// <summary>The guest that the tool brings along.</summary>
    internal sealed record BuiltIn() : GuestImage("built-in")
    {
        public override int DefaultVcpus => 2;

        public override void LoadInto(Machine machine) => machine.LoadBuiltInGuest();
    }

    /// <summary>A firmware image.</summary>
    internal sealed record Bios(string File, byte[] Bytes) : GuestImage(File)
    {
        public override void LoadInto(Machine machine) => machine.LoadBios(Bytes);
    }

    /// <summary>An ELF image.</summary>
    internal sealed record Kernel(string File, byte[] Bytes, string CommandLine) : GuestImage(File)
    {
        public override void LoadInto(Machine machine) => machine.LoadKernel(Bytes, CommandLine);
    }

    /// <summary>Bytes that start in real mode.</summary>
    internal sealed record Flat(string File, byte[] Bytes, uint Address) : GuestImage(File)
    {
        public override void LoadInto(Machine machine) => machine.LoadFlat(Bytes, Address);
    }
}
