using System.ComponentModel;
using System.Diagnostics;
using VmmEngine.Guests.Programs;
using VmmEngine.Guests.Running;

namespace VmmEngine.Guests.Nasm;

/// <summary>A kernel in nasm's language, assembled where the tests run: its code comes from no part of this repository.</summary>
public static class NasmGuest
{
    private const string Source = "kernel.asm";

    private static readonly Lazy<(TestGuest? Guest, string? Problem)> s_assembled = new(Assemble);

    /// <summary>Why it cannot be assembled here; null if it can.</summary>
    public static string? Problem => s_assembled.Value.Problem;

    /// <summary>The guest.</summary>
    /// <exception cref="InvalidOperationException">There is a <see cref="Problem"/>.</exception>
    public static TestGuest Kernel => s_assembled.Value.Guest ?? throw new InvalidOperationException(Problem);

    private static (TestGuest? Guest, string? Problem) Assemble()
    {
        string directory = Directory.CreateTempSubdirectory("nasm-guest").FullName;
        try
        {
            string source = Path.Combine(directory, Source), image = Path.Combine(directory, "kernel");
            using (Stream text = typeof(NasmGuest).Assembly.GetManifestResourceStream(Source)!, file = File.Create(source))
            {
                text.CopyTo(file);
            }

            using var nasm = Process.Start(new ProcessStartInfo("nasm", ["-f", "bin", "-o", image, source]) { RedirectStandardError = true })!;
            string errors = nasm.StandardError.ReadToEnd();
            nasm.WaitForExit();
            return nasm.ExitCode == 0
                ? (new TestGuest("multiboot, nasm", File.ReadAllBytes(image), GuestFormat.Kernel, [GuestEnd.Exited], 0, "nasm: one #UD, one #DE, three ticks\n"), null)
                : throw new InvalidOperationException($"nasm does not take {Source}: {errors}");
        }
        catch (Win32Exception)
        {
            return (null, "There is no nasm: install Debian's package nasm.");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
