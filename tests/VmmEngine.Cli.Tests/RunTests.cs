using System.Text.Json;
using VmmEngine.Cli.CommandLine;
using Xunit;

namespace VmmEngine.Cli.Tests;

/// <summary><c>vmm run</c>: what it prints, how it ends, and what it refuses.</summary>
public sealed class RunTests
{
    private static readonly byte[] Exits3 = [0xB0, 0x03, 0xE6, 0xF4, 0xF4]; // mov al, 3; out 0xF4, al; hlt
    private static readonly byte[] Loops = [0xEB, 0xFE]; // jmp $

    [Fact]
    public void TheBuiltInGuestIsCheckedAndItsExitsAreCounted()
    {
        Invocation run = Invocation.Of("run", "--backend", "software", "--json");

        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Equal("software", run.Json.GetProperty("backend").GetString());
        Assert.Equal("exited", run.Json.GetProperty("result").GetString());
        Assert.True(run.Json.GetProperty("instructions").GetUInt64() > 1000);
        Assert.Contains("Checksum", run.Json.GetProperty("console").GetString(), StringComparison.Ordinal);
        JsonElement[] exits = [.. run.Json.GetProperty("exits").EnumerateArray()];
        Assert.Contains(exits, exit => exit.GetProperty("reason").GetString() == "MmioWrite" && exit.GetProperty("count").GetInt64() > 0 && exit.GetProperty("p99_ns").GetDouble() > 0);
        Assert.Equal(1.0, exits.Sum(exit => exit.GetProperty("share").GetDouble()), precision: 6);
    }

    [Fact]
    public void TheConsoleGoesToTheOutputAndProgressDoesNot()
    {
        Invocation run = Invocation.Of("run", "--backend", "software", "--cpus", "1");

        Assert.StartsWith("Hello from a 64-bit guest", run.Output, StringComparison.Ordinal);
        Assert.Contains("MmioRead", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Ctrl-C", run.Output, StringComparison.Ordinal);
        Assert.Contains("Ctrl-C", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void TheGuestsStatusIsAFailure() => OnFlat(Exits3, file =>
    {
        Invocation run = Invocation.Of("run", "--backend", "software", "--flat", $"{file}@0x7C00", "--json");

        Assert.Equal(ExitCode.Failure, run.ExitCode);
        Assert.Equal(3u, run.Json.GetProperty("guest_status").GetUInt32());
    });

    [Fact]
    public void ALoopEndsWithItsTime() => OnFlat(Loops, file =>
        Assert.Equal(ExitCode.TimedOut, Invocation.Of("run", "--backend", "software", "--flat", $"{file}@4096", "--timeout", "0.05").ExitCode));

    /// <summary>In the middle of its output; the rest comes from the restored machine.</summary>
    [Fact]
    public void ASavedGuestGoesOn()
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("saved");
        string file = Path.Combine(directory.FullName, "guest");
        try
        {
            Invocation first = Invocation.Of("run", "--save", file, "--max-exits", "90", "--json");
            Assert.True(first.ExitCode == ExitCode.ExitLimit, first.Error);
            Assert.Contains("--restore", first.Error, StringComparison.Ordinal);

            Invocation second = Invocation.Of("run", "--restore", file, "--json");
            Assert.True(second.ExitCode == ExitCode.Success, second.Output + second.Error);
            string whole = Invocation.Of("run", "--backend", "software", "--json").Json.GetProperty("console").GetString()!;
            Assert.Equal(whole, first.Json.GetProperty("console").GetString() + second.Json.GetProperty("console").GetString());

            Invocation.Of("run", "--restore", file, "--memory", "64M").AssertIsUserError("--memory");
            File.WriteAllText(file, "text");
            Invocation.Of("run", "--restore", file).AssertIsUserError(file, "no snapshot");
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public void SerialGoesToAFile()
    {
        string file = Path.GetTempFileName();
        try
        {
            Invocation run = Invocation.Of("run", "--backend", "software", "--serial", file);

            Assert.True(run.ExitCode == ExitCode.Success, run.Output + run.Error);
            Assert.StartsWith("Hello", File.ReadAllText(file), StringComparison.Ordinal);
            Assert.DoesNotContain("Hello", run.Output, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("'xen'", "--backend", "xen")]
    [InlineData("'64Q'", "--memory", "64Q")]
    [InlineData("'65'", "--cpus", "65")]
    [InlineData("'0'", "--cpus", "0")]
    [InlineData("'soon'", "--timeout", "soon")]
    [InlineData("'-1'", "--max-exits", "-1")]
    [InlineData("'/no/such/file'", "--bios", "/no/such/file")]
    [InlineData("'/no/such/file'", "--kernel", "/no/such/file")]
    [InlineData("'here'", "--flat", "here")]
    [InlineData("'/no/such/folder/log'", "--serial", "/no/such/folder/log")]
    [InlineData("--kernel", "--append", "quiet")]
    [InlineData("2199023255552", "--memory", "2T")]
    [InlineData("4000000", "--timeout", "4000001")]
    [InlineData("'@boot.bin'", "--flat", "@boot.bin")]
    [InlineData("it is a folder", "--bios", "/usr")]
    [InlineData("there is no such folder", "--kernel", "/no/such/file")]
    [InlineData("there is no such file", "--kernel", "/usr/no-such-file")]
    [InlineData("does not end", "--bios", "/dev/zero")]
    [InlineData("it has no name", "--serial", "")]
    [InlineData("--save: '/no/such/folder/guest'", "--save", "/no/such/folder/guest")]
    [InlineData("it is a folder", "--save", "/usr")]
    public void WhatCannotBeIsRefused(string mentions, params string[] arguments) =>
        Invocation.Of(["run", .. arguments]).AssertIsUserError(mentions);

    [Fact]
    public void AnImageThatIsNoneIsRefused() => OnFlat(Loops, file =>
    {
        Assert.Contains("BIOS", Refusal("--bios", file), StringComparison.Ordinal);
        Assert.Contains($"'{file}'", Refusal("--bios", file), StringComparison.Ordinal);
        Assert.Contains("kernel", Refusal("--kernel", file), StringComparison.Ordinal);
    });

    private static string Refusal(string option, string file)
    {
        Invocation run = Invocation.Of("run", "--backend", "software", option, file);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Equal(1, run.Error.Count(character => character == '\n'));
        return run.Error;
    }

    private static void OnFlat(byte[] code, Action<string> test)
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, code);
            test(file);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
