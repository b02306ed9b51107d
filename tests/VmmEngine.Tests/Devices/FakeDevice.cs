using VmmEngine.Devices;

namespace VmmEngine.Tests.Devices;

/// <summary>A directory with one device, whose commands answer with the command word.</summary>
internal sealed class FakeDevice(string path, int openError = 0) : IDeviceDirectory
{
    public bool JudgesCommandBeforeFile { get; init; } = true;

    public int Closes { get; private set; }

    public int Open(string requested, OpenMode mode, Credential credential, out DeviceHandle? handle)
    {
        handle = null;
        if (requested != path)
        {
            return 2;
        }

        if (openError == 0)
        {
            handle = new Handle(this);
        }

        return openError;
    }

    private sealed unsafe class Handle(FakeDevice device) : DeviceHandle
    {
        public override int Ioctl(uint command, void* argument) => (int)command;

        protected internal override void OnClose() => device.Closes++;
    }
}
