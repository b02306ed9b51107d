using VmmEngine.Ratios.Native;

namespace VmmEngine.Ratios.Emulators;

/// <summary>An emulator to compare with.</summary>
internal abstract class OtherEmulator
{
    /// <summary>QEMU's code generator (TCG).</summary>
    public static OtherEmulator Qemu { get; } = new QemuEmulator();

    /// <summary>Unicorn, built from QEMU's, as a library in a program of ours.</summary>
    public static OtherEmulator Unicorn { get; } = new UnicornEmulator();

    /// <summary>For people.</summary>
    public abstract string Name { get; }

    /// <summary>The program to run; null, and why, if there is none.</summary>
    public abstract string? Find(string? cache, out string? absent);

    /// <summary>Writes an image as the program wants it.</summary>
    public abstract void Write(KernelImage image, string file);

    /// <summary>Runs it.</summary>
    public abstract EmulatorRun Run(string program, string file);

    private sealed class QemuEmulator : OtherEmulator
    {
        private const string Program = "qemu-system-x86_64";

        public override string Name => "QEMU";

        public override string? Find(string? cache, out string? absent)
        {
            string? found = SearchPath.Find(Program);
            absent = found is null ? $"no baseline: no {Program} on the PATH (Debian: qemu-system-x86)" : null;
            return found;
        }

        public override void Write(KernelImage image, string file) => File.WriteAllBytes(file, image.ToElf());

        public override EmulatorRun Run(string program, string file) => EmulatorRun.OnQemu(program, file);
    }

    private sealed class UnicornEmulator : OtherEmulator
    {
        public override string Name => "Unicorn";

        public override string? Find(string? cache, out string? absent) => BaselineLibraries.TryBuildProgram("unicorn", ["-lunicorn"], cache, out absent);

        public override void Write(KernelImage image, string file) => File.WriteAllBytes(file, image.Memory);

        public override EmulatorRun Run(string program, string file) => EmulatorRun.OnUnicorn(program, file);
    }
}
