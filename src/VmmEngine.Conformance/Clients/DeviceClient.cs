using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.Systems;

namespace VmmEngine.Conformance.Clients;

/// <summary>A program that uses devices: the superuser's, unless it says otherwise.</summary>
internal abstract class DeviceClient(CaseScope scope)
{
    public CaseScope Scope => scope;

    /// <summary>Opens a device that must open.</summary>
    public int Open(string path, Access access = Access.ReadWrite, Caller? caller = null)
    {
        ExpectOpen(0, path, access, caller, out int descriptor);
        return descriptor;
    }

    /// <summary>Opens a device and expects an error, or success.</summary>
    public void ExpectOpen(int error, string path, Access access = Access.ReadWrite, Caller? caller = null) =>
        ExpectOpen(error, path, access, caller, out _);

    /// <summary>Executes a command.</summary>
    public int Ioctl(int descriptor, Command command, Struct? argument)
    {
        int error = Scope.System.Ioctl(descriptor, command.Word, argument?.Address ?? 0);
        GC.KeepAlive(argument);
        return error;
    }

    /// <summary>Executes a command and expects an error, or success.</summary>
    public void Expect(int error, int descriptor, Command command, Struct? argument)
    {
        int seen = Ioctl(descriptor, command, argument);
        if (seen != error)
        {
            string shown = argument is null ? "" : $" with {Convert.ToHexString(argument.Bytes[..Math.Min(argument.Size, 64)])}";
            throw new CaseFailedException($"{command}{shown}", Errors.NameOf(error), Errors.NameOf(seen));
        }
    }

    /// <summary>Executes a word that need not be a command's.</summary>
    public void ExpectWord(int error, int descriptor, uint word, nint argument)
    {
        int seen = Scope.System.Ioctl(descriptor, word, argument);
        if (seen != error)
        {
            throw new CaseFailedException($"the word 0x{word:X8}", Errors.NameOf(error), Errors.NameOf(seen));
        }
    }

    /// <summary>Executes a word that need not be a command's, with an argument.</summary>
    public void ExpectWord(int error, int descriptor, uint word, Struct argument)
    {
        ExpectWord(error, descriptor, word, argument.Address);
        GC.KeepAlive(argument);
    }

    private void ExpectOpen(int error, string path, Access access, Caller? caller, out int descriptor)
    {
        int seen = Scope.System.Open(path, access, caller ?? Caller.Superuser, out descriptor);
        if (seen != error)
        {
            throw new CaseFailedException($"opening {path}", Errors.NameOf(error), Errors.NameOf(seen));
        }
    }
}
