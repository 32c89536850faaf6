// Command webhooks serves KEDA's own admission checks to the API server of this machine.
//
// KEDA's command listens on all addresses, and has no flag for that; the checks are the same.
package main

import (
	"flag"
	"os"

	eventingv1alpha1 "github.com/kedacore/keda/v2/apis/eventing/v1alpha1"
	kedav1alpha1 "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
)

func main() {
	port := flag.Int("port", 9443, "port of the admission checks")
	probe := flag.String("health-probe-bind-address", "", "address of the probes")
	certificates := flag.String("cert-dir", "", "directory of tls.crt and tls.key")
	flag.Parse()
	ctrl.SetLogger(zap.New())
	if err := serve(*port, *probe, *certificates); err != nil {
		ctrl.Log.Error(err, "webhooks ended")
		os.Exit(1)
	}
}

func serve(port int, probe, certificates string) error {
	scheme := runtime.NewScheme()
	utilruntime.Must(clientgoscheme.AddToScheme(scheme))
	utilruntime.Must(kedav1alpha1.AddToScheme(scheme))
	utilruntime.Must(eventingv1alpha1.AddToScheme(scheme))
	manager, err := ctrl.NewManager(ctrl.GetConfigOrDie(), ctrl.Options{
		Scheme:  scheme,
		Metrics: server.Options{BindAddress: "0"},
		WebhookServer: webhook.NewServer(webhook.Options{
			Host: "127.0.0.1", Port: port, CertDir: certificates,
		}),
		HealthProbeBindAddress: probe,
	})
	if err != nil {
		return err
	}
	if err := register(manager); err != nil {
		return err
	}
	if err := manager.AddReadyzCheck("readyz", manager.GetWebhookServer().StartedChecker()); err != nil {
		return err
	}
	if err := manager.AddHealthzCheck("healthz", healthz.Ping); err != nil {
		return err
	}
	return manager.Start(ctrl.SetupSignalHandler())
}

func register(manager ctrl.Manager) error {
	if err := (&kedav1alpha1.ScaledObject{}).SetupWebhookWithManager(manager, false); err != nil {
		return err
	}
	checks := []interface {
		SetupWebhookWithManager(ctrl.Manager) error
	}{
		&kedav1alpha1.ScaledJob{},
		&kedav1alpha1.TriggerAuthentication{},
		&kedav1alpha1.ClusterTriggerAuthentication{},
		&eventingv1alpha1.CloudEventSource{},
		&eventingv1alpha1.ClusterCloudEventSource{},
	}
	for _, check := range checks {
		if err := check.SetupWebhookWithManager(manager); err != nil {
			return err
		}
	}
	return nil
}
