using System.Text;
using Microsoft.Win32.SafeHandles;
using VmmEngine.Devices;
using VmmEngine.FreeBsd;
using VmmEngine.Native.Files;
using VmmEngine.Native.Setup;
using VmmEngine.OpenBsd;

namespace VmmEngine.Native;

/// <summary>The devices by path: opening them, and giving each a real descriptor. Any thread.</summary>
internal static unsafe class DeviceNodes
{
    // These have one number in all three systems.
    private const int ENOENT = 2;
    private const int ENXIO = 6;
    private const int EBADF = 9;
    private const int EBUSY = 16;
    private const int EINVAL = 22;
    private const int ENOTTY = 25;

    private const string VmDirectory = "/dev/vmm/";

    private static EngineOptions? _options;
    private static Hosts? _hosts;

    /// <summary>VMs end with their descriptors.</summary>
    public static bool EndsWithDescriptor => _hosts?.Options.EndsWithDescriptor ?? false;

    private static EngineOptions Options => _options ??= EngineOptions.FromEnvironment();

    /// <summary>Sets an option; EBUSY once a device has been opened.</summary>
    public static int Set(string option, string value)
    {
        lock (FileTable.Changes)
        {
            return _hosts is not null ? EBUSY : Options.TrySet(option, value) ? 0 : EINVAL;
        }
    }

    /// <summary>Opens a device.</summary>
    /// <returns>A descriptor, or a negated errno.</returns>
    public static int Open(byte* path, int flags)
    {
        CloseWatch.Drain(); // numbers that were closed may come back
        string name = Encoding.UTF8.GetString(new ReadOnlySpan<byte>(path, Length(path)));
        OpenMode mode = (flags & LibC.AccessModes) switch
        {
            0 => OpenMode.Read,
            1 => OpenMode.Write,
            2 => OpenMode.ReadWrite,
            _ => OpenMode.None,
        };

        lock (FileTable.Changes)
        {
            Hosts hosts = _hosts ??= new Hosts(Options);
            IDeviceDirectory system = name == OpenBsdHost.DevicePath ? hosts.OpenBsd : hosts.FreeBsd;
            int error = system.Open(name, mode, hosts.Options.Credential, out DeviceHandle? handle);
            return error != 0 ? -error : Publish(hosts, name, handle!, flags);
        }
    }

    /// <summary>Whether a VM's device is there, or one of its memory segments: 0 or an errno. Opens nothing that outlasts the call.</summary>
    public static int Exists(byte* path)
    {
        string name = Encoding.UTF8.GetString(new ReadOnlySpan<byte>(path, Length(path)));
        lock (FileTable.Changes)
        {
            if (_hosts is null)
            {
                return ENOENT;
            }

            int error = _hosts.FreeBsd.Open(name, OpenMode.ReadWrite, _hosts.Options.Credential, out DeviceHandle? handle);
            handle?.Close();
            return error;
        }
    }

    /// <summary>The device behind a descriptor, known or a duplicate; null for what is none.</summary>
    /// <param name="descriptor">Any number.</param>
    /// <param name="isOpen">It is a descriptor of this process.</param>
    public static OpenFile? Find(int descriptor, out bool isOpen)
    {
        isOpen = true;
        if (FileTable.At(descriptor) is { } known)
        {
            return known;
        }

        isOpen = LibC.TryIdentify(descriptor, out (ulong, ulong) identity);
        return isOpen && FileTable.TryResolve(descriptor, identity, out OpenFile? file) ? file : null;
    }

    /// <summary>Carries out a command.</summary>
    /// <returns>0 or an errno of the device's system. EBADF for what is not open; ENOTTY for what is no device.</returns>
    public static int Ioctl(int descriptor, uint command, void* argument)
    {
        if (Find(descriptor, out bool isOpen) is not { } file)
        {
            // FreeBSD, and this has to be one of the two systems, judges the command first.
            int malformed = isOpen ? ENOTTY : BsdIoctl.Check(command, argument);
            return malformed != 0 ? malformed : EBADF;
        }

        int error = file.Handle.Ioctl(command, argument);
        if (error == ENXIO)
        {
            _hosts?.ExplainFailure();
        }

        return error;
    }

    private static int Length(byte* text)
    {
        int length = 0;
        while (text[length] != 0)
        {
            length++;
        }

        return length;
    }

    private static int Publish(Hosts hosts, string path, DeviceHandle handle, int flags)
    {
        int descriptor = MakeDescriptor(handle, flags, out int error);
        if (descriptor < 0)
        {
            handle.Close();
            return -error;
        }

        LibC.TryIdentify(descriptor, out (ulong, ulong) identity);
        if (FileTable.Find(identity) is { } known)
        {
            handle.Close(); // the VM's file is open already, and its handle serves all
            FileTable.Know(descriptor, known);
            return descriptor;
        }

        if (hosts.Options.EndsWithDescriptor && handle is VmHandle)
        {
            error = Tie(hosts, path, handle, out handle);
            if (error != 0)
            {
                _ = LibC.Close(descriptor);
                return -error;
            }
        }

        OpenFile file = new(handle, identity);
        CloseWatch.Add(file, descriptor);
        FileTable.Add(descriptor, file);
        return descriptor;
    }

    private static int Tie(Hosts hosts, string path, DeviceHandle untied, out DeviceHandle tied)
    {
        untied.Close();
        byte[] name = Encoding.UTF8.GetBytes(path[VmDirectory.Length..]);
        int error = hosts.FreeBsd.OpenVm(name, OpenMode.ReadWrite, hosts.Options.Credential, VmOpenOptions.DestroyOnClose, out VmHandle? handle);
        tied = handle!;
        return error;
    }

    // A VM's descriptor is one of its memory, a device segment's one of the segment; the others have nothing to show.
    private static int MakeDescriptor(DeviceHandle handle, int flags, out int error)
    {
        SafeFileHandle? memory = null;
        error = handle switch
        {
            VmHandle vm => vm.OpenMemory(out memory),
            DeviceMemoryHandle segment => segment.OpenMemory(out memory),
            _ => 0,
        };
        if (error != 0)
        {
            return -1;
        }

        int source = memory is null ? LibC.CreateFile("vmm\0"u8) : (int)memory.DangerousGetHandle();
        int descriptor = -1;
        if (source >= 0)
        {
            // Opened anew: an open file of its own, for what the client asks for, whose last close the kernel tells of.
            fixed (byte* path = Encoding.ASCII.GetBytes($"/proc/self/fd/{source}\0"))
            {
                descriptor = LibC.Open(path, (flags & LibC.AccessModes) | LibC.CloseOnExec);
            }
        }

        error = descriptor < 0 ? LibC.Error : 0;
        if (memory is not null)
        {
            memory.Dispose();
        }
        else if (source >= 0)
        {
            _ = LibC.Close(source);
        }

        if (descriptor >= 0 && (flags & LibC.CloseOnExec) == 0)
        {
            LibC.Inherit(descriptor);
        }

        return descriptor;
    }
}
